import ArgumentParser
import EventLoop
import Model

/// Deletes a node.
struct NodesDelete: ConsoleCommand {
    static let configuration = CommandConfiguration(
        commandName: "delete", abstract: "Delete a node that holds no replicas, or any node with --force.")

    @OptionGroup var global: GlobalOptions
    @Argument(help: "Name or id.") var node: String
    @Flag(help: "Delete it although it holds replicas; they are placed elsewhere.") var force = false
    @Option(help: "What its agent does with its containers: keep or remove.") var containers = "keep"

    func validate() throws {
        guard ["keep", "remove"].contains(containers) else {
            throw ValidationError("--containers is keep or remove")
        }
    }

    @LoopActor func execute(_ session: Session) async throws -> Int32 {
        let query = "?force=\(force)&containers=\(containers)"
        _ = try await session.send(.delete, "/api/v1/nodes/\(Query.encoded(node))\(query)")
        session.terminal.write("node \(node) deleted\n")
        return 0
    }
}
