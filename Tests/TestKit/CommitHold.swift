import Dispatch
public import SQLite
import Synchronization

/// Holds or fails commits of a database worker at the seam before COMMIT, on the worker's own thread.
public final class CommitHold: Sendable {
    private let isHolding = Mutex(false)
    private let failure = Mutex<SQLiteFailure?>(nil)
    private let released = DispatchSemaphore(value: 0)
    private let arrivals = AsyncStream<Void>.makeStream()

    /// Holds nothing yet.
    public init() {}

    /// From here on every commit stops before it happens.
    public func holdNext() { isHolding.withLock { $0 = true } }

    /// Runs on the worker's thread.
    ///
    /// - Throws: What `letFail` gave.
    public func commitReached() throws {
        guard isHolding.withLock({ $0 }) else { return }
        arrivals.continuation.yield()
        released.wait()
        if let failure = failure.withLock({ $0 }) { throw failure }
    }

    /// Returns once a commit stands at the seam.
    public func waitUntilHeld() async {
        for await _ in arrivals.stream { return }
    }

    /// Lets the held commit fail, and later ones pass.
    ///
    /// - Parameter reason: What the commit fails with.
    public func letFail(_ reason: SQLiteFailure) {
        failure.withLock { $0 = reason }
        letGo()
    }

    /// Lets the held commit go on, and later ones pass.
    public func letGo() {
        let wasHolding = isHolding.withLock { holding in
            defer { holding = false }
            return holding
        }
        if wasHolding { released.signal() }
    }
}
