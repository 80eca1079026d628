import EventLoop

/// What happens without being asked: the sweep for silent nodes, and the look at the loop's lag.
@LoopActor
final class BackgroundLoops {
    private let host: ClusterHost
    private let metrics: ControlPlaneMetrics
    private let sweepMilliseconds: Int64
    private let sweep = Timer()
    private let lag = Timer()
    private var expected: UInt64 = 0

    init(host: ClusterHost, metrics: ControlPlaneMetrics, sweepIntervalSecs: Int64) {
        self.host = host
        self.metrics = metrics
        sweepMilliseconds = sweepIntervalSecs * 1000
    }

    func start() {
        sweep.start(afterMilliseconds: sweepMilliseconds, repeatMilliseconds: sweepMilliseconds) { [host] in
            host.tickSoon()
        }
        startLag()
    }

    func stop() {
        sweep.close()
        lag.close()
    }

    private func startLag() {
        let pause = ControlPlaneLimits.lagMilliseconds
        expected = EventLoop.hrtimeNanoseconds + UInt64(pause) * 1_000_000
        lag.start(afterMilliseconds: pause) { [weak self] in
            guard let self else { return }
            let now = EventLoop.hrtimeNanoseconds
            metrics.loopLagged(nanoseconds: now > expected ? now - expected : 0)
            startLag()
        }
    }
}
