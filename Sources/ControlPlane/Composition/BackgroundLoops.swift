import EventLoop

/// What happens without being asked: the sweep for silent nodes, what time makes due, and the look at the loop's lag.
@LoopActor
final class BackgroundLoops {
    private let host: ClusterHost
    private let metrics: ControlPlaneMetrics
    private let sweepMilliseconds: Int64
    /// Made when the loops start: a control plane that fails to open has nothing to close.
    private var timers: (sweep: Timer, work: Timer, pause: Timer, lag: Timer)?
    private var expected: UInt64 = 0

    init(host: ClusterHost, metrics: ControlPlaneMetrics, settings: ControlPlaneSettings) {
        self.host = host
        self.metrics = metrics
        sweepMilliseconds = settings.sweepIntervalSecs * 1000
    }

    func start() {
        let timers = (sweep: Timer(), work: Timer(), pause: Timer(), lag: Timer())
        self.timers = timers
        timers.sweep.start(afterMilliseconds: sweepMilliseconds, repeatMilliseconds: sweepMilliseconds) {
            [host] in
            host.tickSoon()
        }
        // A moment late rather than early: a tick before its time would find nothing to do.
        host.onWorkDue = { [host] milliseconds in
            timers.work.start(afterMilliseconds: milliseconds + ControlPlaneLimits.workDelayMilliseconds) {
                host.tickSoon()
            }
        }
        host.onTickPaused = { [host] milliseconds in
            timers.pause.start(afterMilliseconds: milliseconds) { host.tick() }
        }
        startLag()
    }

    func stop() {
        timers?.sweep.close()
        host.onWorkDue = nil
        host.onTickPaused = nil
        timers?.work.close()
        timers?.pause.close()
        timers?.lag.close()
        timers = nil
    }

    private func startLag() {
        let pause = ControlPlaneLimits.lagMilliseconds
        expected = EventLoop.hrtimeNanoseconds + UInt64(pause) * 1_000_000
        timers?.lag.start(afterMilliseconds: pause) { [weak self] in
            guard let self else { return }
            let now = EventLoop.hrtimeNanoseconds
            metrics.loopLagged(nanoseconds: now > expected ? now - expected : 0)
            startLag()
        }
    }
}
