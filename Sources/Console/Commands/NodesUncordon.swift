import ArgumentParser
import EventLoop
import Model

/// Lets a node have replicas again.
struct NodesUncordon: ConsoleCommand {
    static let configuration = CommandConfiguration(
        commandName: "uncordon", abstract: "Let a cordoned or drained node have replicas again.")

    @Argument(help: "Name or id.") var node: String
    @OptionGroup var global: GlobalOptions

    @LoopActor func execute(_ session: Session) async throws -> Int32 {
        _ = try await session.send(.post, "/api/v1/nodes/\(Query.encoded(node))/uncordon")
        session.terminal.write("node \(node) open\n")
        return 0
    }
}
