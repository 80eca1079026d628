import EventLoop
import Model
import Synchronization

/// The system's clocks, and a day later when a test says so.
final class ShiftedClock: TimeSource, Sendable {
    private let shift = Mutex<Int64>(0)

    func now() -> Moment { SystemTimeSource().now().adding(milliseconds: shift.withLock { $0 }) }

    func advance(seconds: Int64) { shift.withLock { $0 += seconds * 1000 } }

    /// Moves on to just behind the start of the next minute, so that a test's samples share one.
    func alignToMinute() {
        let into = now().wall.milliseconds % 60_000
        shift.withLock { $0 += 60_000 - into + 1_000 }
    }
}
