import ArgumentParser
import EventLoop
import Model

/// Deletes a node.
struct NodesDelete: ConsoleCommand {
    static let configuration = CommandConfiguration(
        commandName: "delete", abstract: "Delete a node that holds no replicas.")

    @OptionGroup var global: GlobalOptions
    @Argument(help: "Name or id.") var node: String

    @LoopActor func execute(_ session: Session) async throws -> Int32 {
        _ = try await session.send(.delete, "/api/v1/nodes/\(Query.encoded(node))")
        session.terminal.write("node \(node) deleted\n")
        return 0
    }
}
