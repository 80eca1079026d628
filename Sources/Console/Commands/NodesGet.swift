import ArgumentParser
import EventLoop
import Model

/// Shows one node.
struct NodesGet: ConsoleCommand {
    static let configuration = CommandConfiguration(
        commandName: "get", abstract: "Show a node with its replicas and what is the matter with it.",
        aliases: ["status"])

    @Argument(help: "Name or id.") var node: String
    @Flag(help: "Print the control plane's answer as JSON.") var json = false
    @OptionGroup var global: GlobalOptions

    @LoopActor func execute(_ session: Session) async throws -> Int32 {
        let answer = try await session.send(.get, "/api/v1/nodes/\(Query.encoded(node))")
        if json {
            try session.printJSON(answer)
        } else {
            session.terminal.write(
                NodeText.detail(try session.decode(answer), now: session.now, width: session.terminal.columns)
            )
        }
        return 0
    }
}
