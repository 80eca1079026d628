import EventLoop

/// How late a timer of one millisecond fires: what everything else on the loop would have waited.
@LoopActor
final class LagMeter {
    private(set) var lateness = Distribution()
    private let timer = LoopTimer()
    private var expected: UInt64 = 0

    func start() { arm() }

    func stop() { timer.close() }

    private func arm() {
        expected = EventLoop.hrtimeNanoseconds + 1_000_000
        timer.start(afterMilliseconds: 1) { [weak self] in self?.fired() }
    }

    private func fired() {
        let now = EventLoop.hrtimeNanoseconds
        lateness.add(now > expected ? now - expected : 0)
        arm()
    }
}
