import ClusterCore
import EventLoop
import HTTPServer
import Model
import SQLite

/// Sends a consistent copy of the database to whoever asks for it, while the control plane goes on.
///
/// The copy is made beside the database, loses its name as soon as it is open, and goes to the client from there: a
/// slow client holds a file, never the database. One copy at a time, until it is sent.
@LoopActor
final class BackupService {
    /// Held by whatever works on a copy or still has to send it; gone with the last of them, on whichever path.
    private final class Lease: Sendable {}

    private let host: ClusterHost
    private weak var lease: Lease?

    init(host: ClusterHost) { self.host = host }

    /// Whether a copy is being made or sent.
    var isBusy: Bool { lease != nil }

    func backUp(_ call: APICall) throws(Refusal) -> APIRoute.Disposition {
        var query = try call.query()
        try query.finish()
        guard self.lease == nil else {
            throw Refusal(
                .conflict, "backup_running", "another copy is being made or sent; ask again when it is done",
                headers: [("retry-after", "\(ControlPlaneLimits.backupRetrySeconds)")])
        }
        if let shortage = host.store.reserve.hasRoom(for: sizeBytes) { throw .storage(shortage) }
        let lease = Lease()
        self.lease = lease
        let work = CallTask.start { [self] in
            do {
                let copy = try await makeCopy()
                call.answer(.success(answer(copy, lease)))
            } catch {
                call.answer(.failure(refusal(error)))
            }
        }
        call.onAbandoned = { work.cancel() }
        return .later
    }

    private var sizeBytes: Int64 {
        [host.store.path, host.store.path + "-wal"].reduce(0) { sum, path in
            sum + (((try? FileIO.status(path)) ?? nil)?.sizeBytes ?? 0)
        }
    }

    private func makeCopy() async throws -> BackupCopy {
        let path = host.store.path + ".backup"
        try await host.store.worker.backUp(to: path)
        return try await BlockingPool.run { try BackupCopy(takingAway: path) }
    }

    private func answer(_ copy: BackupCopy, _ lease: Lease) -> Answer {
        let moment = host.clock.now().wall
        var answer = Answer(
            status: .ok,
            headers: [
                ("content-disposition", "attachment; filename=\"fledx-backup-\(Self.stamp(moment)).db\""),
                ("x-fledx-backup-bytes", "\(copy.file.sizeBytes)"), ("x-fledx-backup-sha256", copy.digest),
                ("x-fledx-epoch", "\(host.cluster.epoch)"), ("x-fledx-keys", "not-included"),
                ("cache-control", "no-store"),
            ], contentType: "application/vnd.sqlite3")
        answer.stream = { writer in
            defer { withExtendedLifetime(lease) {} }
            try await withDeadline(
                milliseconds: ControlPlaneLimits.backupMilliseconds, operation: "send the copy"
            ) { try await copy.send(to: writer) }
        }
        return answer
    }

    private func refusal(_ error: any Error) -> Refusal {
        guard let failure = error as? SQLiteFailure else {
            return Refusal(
                .serviceUnavailable, "backup_failed", "the copy failed: \(ErrorReport.render(error))")
        }
        switch failure.kind {
        case .backupRunning: return Refusal(.conflict, failure.code, failure.detail)
        case .full, .inputOutput, .closed: return .storage(failure)
        default:
            return Refusal(
                .serviceUnavailable, "backup_failed", "the copy failed: \(ErrorReport.render(failure))")
        }
    }

    /// `20261125T201500Z`, for a file name.
    nonisolated static func stamp(_ moment: Timestamp) -> String {
        let text = "\(moment)".utf8.prefix { $0 != UInt8(ascii: ".") && $0 != UInt8(ascii: "Z") }
        let kept = text.filter { $0 != UInt8(ascii: "-") && $0 != UInt8(ascii: ":") }
        return String(decoding: kept, as: UTF8.self) + "Z"
    }
}
