public import EventLoop

/// Holds back everything that depends on core state until that state is durable.
///
/// The rule: no byte that depends on core state leaves before `committed` has reached the sequence number the
/// core had when the byte was computed. Every queued change takes the next number; a reply, read, refusal or
/// push is released at the number that was current when it was computed. With nothing pending nothing waits.
@LoopActor
public final class CommitBarrier {
    private struct Waiter {
        let sequence: UInt64
        let action: @LoopActor (CommitOutcome) -> Void
    }

    /// The number of the last queued change: what core state depends on now.
    public private(set) var sequence: UInt64 = 0
    /// Every change up to this number is durable, or known to be lost.
    public private(set) var committed: UInt64 = 0

    private var lostRanges: [(range: ClosedRange<UInt64>, failure: SQLiteFailure)] = []
    private var waiters: [Waiter?] = []
    private var first = 0
    private var isReleasing = false

    /// Makes a barrier nothing waits at.
    public init() {}

    /// Whether nothing is pending, so that an answer may leave at once.
    public var isClear: Bool { committed == sequence && isCoreOnDisk }

    /// Actions waiting.
    public var waiterCount: Int { waiters.count - first }

    /// Runs `action` as soon as everything up to `sequence` is durable: now, or in order after the commit.
    ///
    /// - Parameters:
    ///   - sequence: The number that was current when the answer was computed.
    ///   - action: Sends the answer, or after `lost` the failure instead. It must not block.
    public func release(at sequence: UInt64, _ action: @escaping @LoopActor (CommitOutcome) -> Void) {
        precondition(sequence <= self.sequence, "a change is queued before anything waits for it")
        if let failure = failure(of: sequence) { return action(.lost(failure)) }
        guard sequence > committed || isReleasing else { return action(.committed) }
        guard waiterCount < SQLiteLimits.barrierWaiters else { return action(.lost(Self.overflow)) }
        insert(Waiter(sequence: sequence, action: action))
    }

    /// Waits until everything up to `sequence` is durable.
    ///
    /// - Parameters:
    ///   - sequence: The number that was current when the answer was computed.
    ///   - deadlineMilliseconds: How long a commit may take; a disk that hangs keeps nobody for ever.
    /// - Throws: `storage_unavailable` when it was lost, `deadline_exceeded` when nothing is known in time,
    ///   `CancellationError` when the task is cancelled.
    public func wait(
        for sequence: UInt64, deadlineMilliseconds: Int64 = SQLiteLimits.commitWaitMilliseconds
    ) async throws {
        let settled = OneShot<Void>()
        release(at: sequence) { outcome in
            switch outcome {
            case .committed: settled.succeed(())
            case .lost(let failure): settled.fail(failure)
            }
        }
        do {
            try await settled.wait(deadlineMilliseconds: deadlineMilliseconds, operation: "commit")
        } catch let failure as LoopFailure where failure.code == .deadline {
            throw SQLiteFailure(
                .deadlineExceeded, operation: "wait for a commit",
                detail: "the disk has not answered for \(deadlineMilliseconds) ms", cause: failure)
        }
    }

    /// Takes the next number for a change that is about to be queued.
    ///
    /// - Returns: The change's number.
    public func changeQueued() -> UInt64 {
        sequence += 1
        return sequence
    }

    /// Records that everything up to `sequence` is durable, and lets go of what waited for it.
    ///
    /// - Parameter sequence: The number of the last change of the commit.
    public func changesCommitted(through sequence: UInt64) {
        precondition(sequence <= self.sequence && sequence >= committed, "commits go forward")
        committed = sequence
        releaseWaiters()
    }

    /// Records that every change which is not durable yet is lost, and tells whoever waited for one.
    ///
    /// Core state is ahead of the disk from here on: whatever is computed from it is lost too, until
    /// `coreReloaded()`.
    ///
    /// - Parameter failure: What the waiters are told.
    public func changesLost(_ failure: SQLiteFailure) {
        // The number taken here stands for the state of the core until it is reloaded.
        sequence += 1
        remember(committed + 1...sequence, failure)
        let told = waiters[first...]
        waiters = []
        first = 0
        for case let waiter? in told { waiter.action(.lost(failure)) }
    }

    /// Records that core state was read from disk again: what is computed from now on may leave.
    public func coreReloaded() {
        sequence += 1
        committed = sequence
    }

    private var isCoreOnDisk: Bool { failure(of: sequence) == nil }

    private func failure(of sequence: UInt64) -> SQLiteFailure? {
        lostRanges.last { $0.range.contains(sequence) }?.failure
    }

    /// Keeps few ranges: old neighbours are joined, which can only refuse a very late answer, never leak one.
    private func remember(_ range: ClosedRange<UInt64>, _ failure: SQLiteFailure) {
        lostRanges.append((range, failure))
        guard lostRanges.count > SQLiteLimits.lostRanges else { return }
        let joined = lostRanges[0].range.lowerBound...lostRanges[1].range.upperBound
        lostRanges.replaceSubrange(0...1, with: [(joined, lostRanges[1].failure)])
    }

    /// Inserts behind every waiter of the same or a smaller number.
    private func insert(_ waiter: Waiter) {
        var index = waiters.count
        while index > first, let before = waiters[index - 1], before.sequence > waiter.sequence { index -= 1 }
        waiters.insert(waiter, at: index)
    }

    /// Actions may queue changes and release more; what they add keeps its order.
    private func releaseWaiters() {
        guard !isReleasing else { return }
        isReleasing = true
        defer { isReleasing = false }
        while first < waiters.count, let waiter = waiters[first], waiter.sequence <= committed {
            waiters[first] = nil
            first += 1
            waiter.action(.committed)
        }
        waiters.removeFirst(first)
        first = 0
    }

    private static var overflow: SQLiteFailure {
        SQLiteFailure(
            .storageBusy, operation: "wait for a commit",
            detail: "\(SQLiteLimits.barrierWaiters) answers wait already")
    }
}
