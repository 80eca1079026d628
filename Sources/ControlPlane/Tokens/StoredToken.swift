import ClusterCore
import EventLoop
import Model

/// What the stored tokens of all kinds have in common.
protocol StoredToken: Sendable {
    associatedtype Tag

    /// Names it in paths.
    var id: Identifier<Tag> { get }
    /// When it was made.
    var createdAt: Timestamp { get }
}

extension TokenRow: StoredToken {}
extension OperatorTokenRow: StoredToken {}
extension RegistrationTokenRow: StoredToken {}

extension StoredToken {
    /// A page of tokens, the oldest first.
    @LoopActor
    static func page<View: Codable & Sendable>(
        _ rows: some Collection<Self>, _ call: APICall, of kind: String, _ view: (Self) -> View
    ) throws(Refusal) -> APIRoute.Disposition {
        var query = try call.query()
        let page = PageQuery(&query, of: kind)
        try query.finish()
        let sorted = rows.sorted {
            ($0.createdAt.milliseconds, "\($0.id)") < ($1.createdAt.milliseconds, "\($1.id)")
        }
        return .answer(
            try .json(
                page.page(
                    of: sorted, at: { ListPosition(key: $0.createdAt.milliseconds, id: "\($0.id)") }, view)))
    }
}
