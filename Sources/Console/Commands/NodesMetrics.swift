import ArgumentParser
import EventLoop
import Model

/// Shows the figures of a node's agent.
struct NodesMetrics: ConsoleCommand {
    static let configuration = CommandConfiguration(
        commandName: "metrics",
        abstract: "Show the figures of a node's agent, asked through its tunnel, as Prometheus reads them.")

    @Argument(help: "Name or id of the node.") var node: String
    @OptionGroup var global: GlobalOptions

    @LoopActor func execute(_ session: Session) async throws -> Int32 {
        let answer = try await session.send(.get, "/api/v1/nodes/\(Query.encoded(node))/metrics")
        session.terminal.write(String(decoding: answer, as: UTF8.self))
        return 0
    }
}
