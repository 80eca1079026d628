import EventLoop
import Model

/// One timer for the deadlines of all connections, armed for the earliest and only while there is one.
@LoopActor
final class DeadlineSweeper {
    private let timer = Timer()
    private var armedFor = Int64.max
    private let sweep: @LoopActor (_ now: Int64) -> Int64

    /// `sweep` looks at every connection and gives the earliest deadline left.
    init(_ sweep: @escaping @LoopActor (_ now: Int64) -> Int64) { self.sweep = sweep }

    /// Makes sure that somebody looks at the clock at that time.
    func note(_ deadline: Int64) {
        guard deadline < armedFor else { return }
        arm(deadline)
    }

    func close() { timer.close() }

    private func arm(_ deadline: Int64) {
        armedFor = deadline
        let wait = max(HTTPServerLimits.sweepMilliseconds, deadline - EventLoop.now.milliseconds)
        timer.start(afterMilliseconds: wait) { [weak self] in self?.fired() }
    }

    private func fired() {
        armedFor = .max
        let next = sweep(EventLoop.now.milliseconds)
        if next < armedFor { arm(next) }
    }
}
