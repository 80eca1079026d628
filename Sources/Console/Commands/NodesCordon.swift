import ArgumentParser
import EventLoop
import Model

/// Keeps new replicas off a node.
struct NodesCordon: ConsoleCommand {
    static let configuration = CommandConfiguration(
        commandName: "cordon", abstract: "Keep new replicas off a node; what it has stays.")

    @Argument(help: "Name or id.") var node: String
    @OptionGroup var global: GlobalOptions

    @LoopActor func execute(_ session: Session) async throws -> Int32 {
        _ = try await session.send(.post, "/api/v1/nodes/\(Query.encoded(node))/cordon")
        session.terminal.write("node \(node) cordoned\n")
        return 0
    }
}
