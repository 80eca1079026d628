import ArgumentParser
import EventLoop
import JSON
import Model

/// Gives a node another name.
struct NodesRename: ConsoleCommand {
    static let configuration = CommandConfiguration(
        commandName: "rename", abstract: "Give a node another name; its id and its replicas stay.")

    @Argument(help: "Name or id.") var node: String
    @Argument(help: ArgumentHelp("The new name; unique.", valueName: "new-name")) var newName: String
    @OptionGroup var global: GlobalOptions

    /// What is sent.
    var body: JSONNode { .object([JSONMember(key: "name", value: .string(newName))]) }

    @LoopActor func execute(_ session: Session) async throws -> Int32 {
        let path = "/api/v1/nodes/\(Query.encoded(node))"
        _ = try await session.send(.patch, path, body: body.encoded())
        session.terminal.write("node \(node) is named \(newName)\n")
        return 0
    }
}
