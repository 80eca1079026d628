import EventLoop

extension DatabaseWorker {
    /// Records that core state was read from disk again after a failed commit.
    ///
    /// Call it in the same turn of the loop in which the core is replaced. From here on reads may leave;
    /// changes are accepted once `probe()` has written as well. Outside the failed state nothing happens.
    public func coreReloaded() {
        guard case .failed(let failure, false, let probeWritten) = state else { return }
        barrier.coreReloaded()
        reopen(failure, coreReloaded: true, probeWritten: probeWritten)
    }

    /// Writes and removes a few pages, to see whether the store accepts writes again.
    ///
    /// - Throws: Why it does not, `storage_busy`, `storage_closed` or `CancellationError`.
    public func probe() async throws {
        let probed: SQLiteFailure? = if case .failed(let failure, _, _) = state { failure } else { nil }
        try await perform { try StorageProbe.write(to: $0) }
        // A commit that failed meanwhile is another failure, which this probe says nothing about.
        guard probed != nil, case .failed(let failure, let coreReloaded, false) = state else { return }
        reopen(failure, coreReloaded: coreReloaded, probeWritten: true)
    }

    private func reopen(_ failure: SQLiteFailure, coreReloaded: Bool, probeWritten: Bool) {
        let isWhole = coreReloaded && probeWritten
        state = isWhole ? .open : .failed(failure, coreReloaded: coreReloaded, probeWritten: probeWritten)
    }
}
