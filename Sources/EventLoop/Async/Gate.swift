/// Lets tasks wait until something on the loop has become true.
///
/// Whoever changes the state calls `changed()`; every waiter then looks again.
@LoopActor
public final class Gate {
    private var waiters: [OneShot<Void>] = []

    /// Makes a gate nobody waits at.
    public init() {}

    /// How many tasks are waiting.
    public var waiterCount: Int { waiters.count }

    /// Wakes every waiter to look again.
    public func changed() {
        guard !waiters.isEmpty else { return }
        let woken = waiters
        waiters = []
        for waiter in woken { waiter.succeed(()) }
    }

    /// Returns as soon as `holds` is true; throws `CancellationError` when the task is cancelled first.
    public func until(_ holds: @LoopActor () -> Bool) async throws {
        while !holds() {
            let waiter = OneShot<Void>()
            waiters.append(waiter)
            do {
                try await waiter.wait()
            } catch {
                waiters.removeAll { $0 === waiter }
                throw error
            }
        }
    }

    /// As `until`, and fails with `.deadline` after that time.
    public func until(
        deadlineMilliseconds: Int64, operation: String = "wait", _ holds: @LoopActor () -> Bool
    ) async throws {
        let end = EventLoop.hrtimeNanoseconds + UInt64(max(0, deadlineMilliseconds)) * 1_000_000
        while !holds() {
            let now = EventLoop.hrtimeNanoseconds
            guard now < end else { throw LoopFailure.deadline(operation, milliseconds: deadlineMilliseconds) }
            let waiter = OneShot<Void>()
            waiters.append(waiter)
            do {
                let left = Int64((end - now) / 1_000_000) + 1
                try await waiter.wait(deadlineMilliseconds: left, operation: operation)
            } catch {
                waiters.removeAll { $0 === waiter }
                guard (error as? LoopFailure)?.code == .deadline else { throw error }
            }
        }
    }
}
