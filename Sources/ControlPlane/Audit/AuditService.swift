import EventLoop
import Model
import SQLite

/// The audit log as operators read it.
@LoopActor
final class AuditService {
    private let history: HistoryReader

    init(history: HistoryReader) { self.history = history }

    func list(_ call: APICall) throws(Refusal) -> APIRoute.Disposition {
        var query = try call.query()
        let filter = AuditFilter(&query)
        try query.finish()
        let history = history
        return .work { () throws(Refusal) in
            let found: (entries: [AuditEntry], total: Int)
            do {
                found = try await history.read(rows: filter.limit + 1) { try AuditRecords.page(filter, $0) }
            } catch {
                throw .history(error)
            }
            return try await .writtenBeside { () throws(Refusal) in
                let items = Array(found.entries.prefix(filter.limit))
                let hasMore = found.entries.count > filter.limit
                return try .json(
                    AuditPage(
                        items: items, limit: filter.limit, offset: filter.offset,
                        nextCursor: hasMore ? items.last.map { "\($0.id)" } : nil, total: found.total))
            }
        }
    }
}
