import ArgumentParser
import EventLoop
import Model

/// Shows who did what.
struct Audit: ConsoleCommand {
    static let configuration = CommandConfiguration(
        commandName: "audit", abstract: "Show who did what, newest first: changes, and refused credentials.")

    @Option(help: "The most entries to show (1 to 1000).") var limit = 50
    @Option(help: "Where a page before ended, as it said.") var cursor: String?
    @Option(help: "Only this action, such as deployment.create.") var action: String?
    @Option(help: "Only what this token did: its name or id.") var actor: String?
    @Option(help: "Only things of this type, such as deployment or node.") var resourceType: String?
    @Option(help: "Only the thing with this id.") var resourceId: String?
    @Option(help: "Only since then, such as 2026-12-01T00:00:00Z.") var since: String?
    @Option(help: "Only before then.") var until: String?
    @Flag(help: "Print the control plane's answer as JSON.") var json = false
    @OptionGroup var global: GlobalOptions

    /// What is asked for.
    var query: String {
        var query = Query()
        query.add("limit", "\(limit)")
        query.add("cursor", cursor)
        query.add("action", action)
        query.add("actor", actor)
        query.add("resource_type", resourceType)
        query.add("resource_id", resourceId)
        query.add("since", since)
        query.add("until", until)
        return query.text
    }

    @LoopActor func execute(_ session: Session) async throws -> Int32 {
        let answer = try await session.send(.get, "/api/v1/audit\(query)")
        if json {
            try session.printJSON(answer)
        } else {
            session.terminal.write(
                AuditText.list(try session.decode(answer), width: session.terminal.columns))
        }
        return 0
    }
}
