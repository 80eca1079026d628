import ArgumentParser
import EventLoop
import Model

/// Asks a node's agent itself.
struct NodesAgent: ConsoleCommand {
    static let configuration = CommandConfiguration(
        commandName: "agent", abstract: "Ask a node's agent, through its tunnel, how it is.",
        discussion: "Exits with 1 when the agent says that it is not ready.")

    @Argument(help: "Name or id of the node.") var node: String
    @Flag(help: "Print the agent's answer as JSON.") var json = false
    @OptionGroup var global: GlobalOptions

    @LoopActor func execute(_ session: Session) async throws -> Int32 {
        let answer = try await session.send(.get, "/api/v1/nodes/\(Query.encoded(node))/status")
        let status: AgentStatus = try session.decode(answer)
        if json { try session.printJSON(answer) } else { session.terminal.write(NodeText.agent(status)) }
        return status.ready ? 0 : 1
    }
}
