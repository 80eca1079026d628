import EventLoop

extension DatabaseWorker {
    /// Writes until `close()` is called or the task is cancelled; what was submitted by then is still written.
    public func run() async {
        precondition(!isRunning, "one task runs the worker")
        isRunning = true
        defer {
            isRunning = false
            gate.changed()
        }
        await withTaskCancellationHandler {
            do {
                try await LoopTask.uncancelled { try await self.writeUntilClosed() }
            } catch {
                // Only a wait that is never cancelled could throw: whatever it was, nothing is written any more.
                enterFailed(Self.unexpected(error))
            }
        } onCancel: {
            LoopTask.start { self.stopAccepting() }
        }
    }

    private func stopAccepting() {
        isClosing = true
        gate.changed()
    }

    private func writeUntilClosed() async throws {
        while true {
            try await gate.until { !pending.isEmpty || isClosing }
            guard !pending.isEmpty else { return }
            try await writeNext()
        }
    }

    private func writeNext() async throws {
        try await turn.beginFirst()
        defer { turn.end() }
        // Taken only now: what arrived while the turn was elsewhere belongs to the same transaction.
        let batch = pending
        pending = WriteBatch()
        guard !batch.isEmpty else { return }
        takenBatches += 1
        gate.changed()
        let result = await write(batch)
        settle(batch, result)
        await checkpointIfDue(result.logBytes)
    }

    private func write(_ batch: WriteBatch) async -> WriteResult {
        let beforeCommit = options.beforeCommit
        do {
            return try await job.run { connection in
                BatchWriter(borrowing: connection, beforeCommit: beforeCommit).write(batch)
            }
        } catch {
            let failure = batch.decisions.isEmpty ? nil : Self.unexpected(error)
            return WriteResult(failure: failure, droppedTelemetry: batch.telemetry.count)
        }
    }

    private func settle(_ batch: WriteBatch, _ result: WriteResult) {
        counters.droppedTelemetry += result.droppedTelemetry
        telemetryEnded(batch)
        if let failure = result.failure { return enterFailed(failure) }
        counters.transactions += 1
        counters.submissions += batch.decisions.count
        guard !batch.decisions.isEmpty else { return }
        barrier.changesCommitted(through: batch.lastSequence)
    }

    /// Loses what waits as well: it was computed from state that includes what has just been lost.
    func enterFailed(_ failure: SQLiteFailure) {
        counters.failures += 1
        state = .failed(failure, coreReloaded: false, probeWritten: false)
        dropPending()
        barrier.changesLost(Self.unavailable(failure))
        onFailure?(failure)
    }

    /// Tells whoever waits for a commit that will not come, if anybody does.
    func losePending(_ failure: SQLiteFailure) {
        dropPending()
        guard barrier.sequence > barrier.committed else { return }
        barrier.changesLost(failure)
    }

    private func dropPending() {
        counters.droppedTelemetry += pending.telemetry.count
        telemetryEnded(pending)
        pending = WriteBatch()
    }

    private func telemetryEnded(_ batch: WriteBatch) {
        guard batch.lastTelemetry > endedTelemetry else { return }
        endedTelemetry = batch.lastTelemetry
        gate.changed()
    }

    func checkpointIfDue(_ logBytes: Int64) async {
        // SQLite starts the log anew after a complete checkpoint.
        if logBytes < checkpointedBytes { checkpointedBytes = 0 }
        let growth = logBytes - checkpointedBytes
        let limit = pending.isEmpty ? options.checkpointBytes : max(urgentBytes, options.checkpointBytes)
        guard growth >= limit else { return }
        checkpointedBytes = logBytes
        do {
            let isPause = pending.isEmpty
            try await job.run { connection in
                if isPause { try connection.giveBackFreePages() }
                _ = try connection.checkpoint()
            }
            counters.checkpoints += 1
        } catch {
            // The log keeps everything; the next attempt comes when it has grown as much again.
            counters.failedCheckpoints += 1
        }
    }

    private var urgentBytes: Int64 { SQLiteLimits.urgentCheckpointBytes }

    private static func unexpected(_ error: any Error) -> SQLiteFailure {
        SQLiteFailure(
            .other, operation: "commit", detail: "the worker could not run the commit", cause: error)
    }
}
