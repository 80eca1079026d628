import EventLoop
import Model

/// Guards a change against what happened since its author looked.
enum Precondition {
    /// The tag of a declaration.
    static func tag(_ declaration: UInt64) -> String { "\"\(declaration)\"" }

    /// Fails when `If-Match` names another declaration than the present one.
    @LoopActor
    static func check(_ call: APICall, _ declaration: UInt64) throws(Refusal) {
        guard let wanted = call.header("if-match") else { return }
        guard !EntityTag.list(wanted, names: "\(declaration)", weakly: false) else { return }
        throw Refusal(
            .preconditionFailed, "stale_declaration",
            "the declaration is \(tag(declaration)) by now, If-Match names \(wanted.prefix(80)); read it again",
            headers: [("etag", tag(declaration))])
    }
}
