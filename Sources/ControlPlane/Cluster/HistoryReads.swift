import EventLoop
import Model
import SQLite

/// Reads history for requests, one read after the other, on the read-only connection.
///
/// A request hands its read over and is called back; the task that reads is held by the control plane's root.
@LoopActor
final class HistoryReads {
    /// A read that waits or runs.
    @LoopActor
    final class Ticket {
        fileprivate(set) var isCancelled = false

        /// Nobody waits for the answer any more.
        func cancel() { isCancelled = true }
    }

    /// Called with every failure of the database.
    var onFailure: (@LoopActor (SQLiteFailure) -> Void)?

    /// How long a read may take from when it is handed over, waiting included.
    var deadlineMilliseconds = SQLiteLimits.historyDeadlineMilliseconds

    private let reader: HistoryReader
    private let gate = Gate()
    private var waiting: [(ticket: Ticket, run: @LoopActor (HistoryReader) async -> Void)] = []
    private var isClosed = false

    init(_ reader: HistoryReader) { self.reader = reader }

    /// Queues a read; `then` is called once, unless the ticket is cancelled before its turn.
    ///
    /// What is held stands still from before the read until `then` has returned.
    @discardableResult
    func read<Value: Sendable>(
        rows: Int = SQLiteLimits.historyRows, holding held: (any ReadHold)? = nil,
        _ work: @escaping @Sendable (Connection) throws -> Value,
        then: @escaping @LoopActor (Result<Value, SQLiteFailure>) async -> Void
    ) throws(SQLiteFailure) -> Ticket {
        guard !isClosed, waiting.count < ControlPlaneLimits.historyReads else { throw Self.busy }
        let ticket = Ticket()
        let deadline = ReadDeadline(milliseconds: deadlineMilliseconds)
        waiting.append(
            (
                ticket,
                { reader in
                    let isStill = await Self.holds(held, deadline.left)
                    defer { if isStill { held?.letGo() } }
                    let result =
                        isStill
                        ? await Self.result(reader, rows, deadline.left, work)
                        : .failure(Self.moving)
                    if case .failure(let failure) = result { self.onFailure?(failure) }
                    if !ticket.isCancelled { await then(result) }
                }
            ))
        gate.changed()
        return ticket
    }

    /// Reads until it is cancelled.
    func run() async throws {
        while true {
            try await gate.until { !waiting.isEmpty }
            let next = waiting.removeFirst()
            guard !next.ticket.isCancelled else { continue }
            await next.run(reader)
        }
    }

    /// Takes no more reads and closes the connection.
    func close() async {
        isClosed = true
        do { try await reader.close() } catch { return }
    }

    private static func result<Value: Sendable>(
        _ reader: HistoryReader, _ rows: Int, _ left: Int64,
        _ work: @escaping @Sendable (Connection) throws -> Value
    ) async -> Result<Value, SQLiteFailure> {
        do {
            return .success(try await reader.read(rows: rows, deadlineMilliseconds: left, work))
        } catch let failure as SQLiteFailure {
            return .failure(failure)
        } catch {
            return .failure(
                SQLiteFailure(.other, operation: "read history", detail: "the read failed", cause: error))
        }
    }

    private static func holds(_ held: (any ReadHold)?, _ left: Int64) async -> Bool {
        do { try await held?.hold(deadlineMilliseconds: left) } catch { return false }
        return true
    }

    private static var moving: SQLiteFailure {
        SQLiteFailure(
            .storageBusy, operation: "read history", detail: "what is to be read is still being written")
    }

    private static var busy: SQLiteFailure {
        SQLiteFailure(.storageBusy, operation: "read history", detail: "too many reads wait")
    }
}

/// The end of a read's time.
private struct ReadDeadline {
    private let milliseconds: Int64
    private let begun = EventLoop.hrtimeNanoseconds

    init(milliseconds: Int64) { self.milliseconds = milliseconds }

    /// What is left of it, in milliseconds; not more than 0 when it is over.
    var left: Int64 { milliseconds - Int64((EventLoop.hrtimeNanoseconds - begun) / 1_000_000) }
}

extension Refusal {
    /// A read of history that did not come to its end.
    static func history(_ failure: SQLiteFailure) -> Refusal {
        let isTooMuch = failure.kind == .deadlineExceeded || failure.kind == .rowLimitExceeded
        return Refusal(
            .serviceUnavailable, isTooMuch ? "history_too_large" : "storage_unavailable",
            isTooMuch
                ? "reading this much history takes too long; ask for a shorter time or fewer items"
                : "history cannot be read at present; try again",
            headers: [("retry-after", "\(ControlPlaneLimits.storageRetrySeconds)")])
    }
}
