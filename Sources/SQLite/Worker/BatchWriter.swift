/// Writes one batch in one transaction; runs on the pool thread that has the connection.
struct BatchWriter {
    private let connection: Connection
    private let beforeCommit: (@Sendable () throws -> Void)?

    init(borrowing connection: Connection, beforeCommit: (@Sendable () throws -> Void)?) {
        self.connection = connection
        self.beforeCommit = beforeCommit
    }

    /// Writes everything; when that fails and telemetry was part of it, the decisions alone.
    func write(_ batch: WriteBatch) -> WriteResult {
        var result = WriteResult()
        do {
            result.droppedTelemetry = try attempt(batch)
        } catch {
            result.droppedTelemetry = batch.telemetry.count
            result.failure = retryWithoutTelemetry(batch, after: error)
        }
        result.logBytes = connection.logBytes
        return result
    }

    private func retryWithoutTelemetry(_ batch: WriteBatch, after error: any Error) -> SQLiteFailure? {
        guard !batch.telemetry.isEmpty else { return failure(error) }
        guard !batch.decisions.isEmpty else { return nil }
        var decisions = batch
        decisions.telemetry = []
        do { _ = try attempt(decisions) } catch { return failure(error) }
        return nil
    }

    /// - Returns: How many telemetry submissions were refused by the schema and left out.
    private func attempt(_ batch: WriteBatch) throws -> Int {
        try connection.transaction(beforeCommit: beforeCommit) {
            for changes in batch.decisions { try execute(changes) }
            return try batch.telemetry.reduce(0) { try $0 + (isWritten($1) ? 0 : 1) }
        }
    }

    private func isWritten(_ changes: [RowStatement]) throws -> Bool {
        do {
            try connection.savepoint { try execute(changes) }
            return true
        } catch let failure as SQLiteFailure where failure.isConstraint {
            return false
        }
    }

    private func execute(_ changes: [RowStatement]) throws(SQLiteFailure) {
        for change in changes { try connection.execute(change) }
    }

    private func failure(_ error: any Error) -> SQLiteFailure {
        (error as? SQLiteFailure)
            ?? SQLiteFailure(.other, operation: "commit", detail: "the commit failed", cause: error)
    }
}
