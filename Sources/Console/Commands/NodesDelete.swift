import ArgumentParser
import EventLoop
import Model

/// Deletes a node.
struct NodesDelete: ConsoleCommand {
    static let configuration = CommandConfiguration(
        commandName: "delete", abstract: "Delete a node that holds no replicas, or any node with --force.",
        aliases: ["rm"])

    @Argument(help: "Name or id.") var node: String
    @Flag(help: "Delete it although it holds replicas; they are placed elsewhere.") var force = false
    @Flag(help: "Let its agent remove its containers; without, they are left running.")
    var removeContainers = false
    @OptionGroup var global: GlobalOptions

    /// What the flags mean to the control plane.
    var query: String { "?force=\(force)&containers=\(removeContainers ? "remove" : "keep")" }

    @LoopActor func execute(_ session: Session) async throws -> Int32 {
        _ = try await session.send(.delete, "/api/v1/nodes/\(Query.encoded(node))\(query)")
        let fate = removeContainers ? "removed" : "kept"
        session.terminal.write("node \(node) deleted; its agent is told that its containers are \(fate)\n")
        return 0
    }
}
