import EventLoop
import Model
import Synchronization

/// The system's clocks, moved forward by a test.
final class MovableClock: TimeSource, Sendable {
    private let offset = Mutex<Int64>(0)

    func now() -> Moment {
        SystemTimeSource().now().adding(milliseconds: offset.withLock { $0 })
    }

    func move(seconds: Int64) { offset.withLock { $0 += seconds * 1000 } }

    /// Moves on to just behind the start of the next minute, so that a test's samples share one.
    func alignToMinute() {
        let into = now().wall.milliseconds % 60_000
        offset.withLock { $0 += 60_000 - into + 1_000 }
    }

    /// A moment of this clock as JSON writes it.
    func text(inSeconds seconds: Int64) -> String {
        "\(now().wall.adding(milliseconds: seconds * 1000))"
    }
}
