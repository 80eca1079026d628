import Dispatch
import SQLite
import Synchronization

/// Holds or fails commits of the database worker right before they happen, on the worker's own thread.
final class CommitHold: Sendable {
    private let isHolding = Mutex(false)
    private let failure = Mutex<SQLiteFailure?>(nil)
    private let released = DispatchSemaphore(value: 0)
    private let arrivals = AsyncStream<Void>.makeStream()

    /// From here on every commit stops before it happens.
    func holdNext() { isHolding.withLock { $0 = true } }

    /// The seam: runs on the worker's thread.
    func commitReached() throws {
        guard isHolding.withLock({ $0 }) else { return }
        arrivals.continuation.yield()
        released.wait()
        if let failure = failure.withLock({ $0 }) { throw failure }
    }

    /// Returns once a commit stands at the seam.
    func waitUntilHeld() async {
        for await _ in arrivals.stream { return }
    }

    /// Lets the held commit fail, and later ones too.
    func letFail(_ reason: SQLiteFailure) {
        failure.withLock { $0 = reason }
        letGo()
    }

    /// Lets the held commit go on, and later ones pass.
    func letGo() {
        let wasHolding = isHolding.withLock { holding in
            defer { holding = false }
            return holding
        }
        if wasHolding { released.signal() }
    }
}
