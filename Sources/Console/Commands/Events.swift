import ArgumentParser
import EventLoop
import Model

/// Shows what happened, and goes on as it happens.
struct Events: ConsoleCommand {
    static let configuration = CommandConfiguration(
        commandName: "events", abstract: "Show what happened in the cluster, the newest last.",
        discussion: """
            With --watch, goes on until interrupted and loses nothing while the control plane is away:
              fledx events --watch --kind node --kind deployment.rollout_changed
            """)

    @Option(help: "The most events to show (1 to 1000).") var limit = 50
    @Option(
        name: .customLong("kind"), help: "Only this kind, such as node.status_changed or node. Repeatable.")
    var kinds: [String] = []
    @Option(help: "Only of this, such as node, deployment/web or node/edge-1.") var resource: String?
    @Option(help: "Only behind this event's id.") var since: String?
    @Flag(help: "Go on with what happens.") var watch = false
    @Flag(help: "Print the control plane's answer as JSON; with --watch, one line an event.") var json = false
    @OptionGroup var global: GlobalOptions

    /// What is asked for.
    func query(limit: Int?, since: String?) -> String {
        var query = Query()
        query.add("limit", limit.map { "\($0)" })
        for kind in kinds { query.add("kind", kind) }
        query.add("resource", resource)
        query.add("since", since)
        return query.text
    }

    @LoopActor func execute(_ session: Session) async throws -> Int32 {
        let answer = try await session.send(.get, "/api/v1/events\(query(limit: limit, since: since))")
        let page: EventPage = try session.decode(answer)
        guard watch else {
            if json {
                try session.printJSON(answer)
            } else {
                session.terminal.write(EventText.list(page, width: session.terminal.columns))
            }
            return 0
        }
        let watcher = EventFollower(
            session: session, path: "/api/v1/events\(query(limit: nil, since: nil))", asJSON: json)
        return try await watcher.run(page)
    }
}
