import ArgumentParser
import EventLoop
import JSON
import Model

/// Sets and removes labels of a node.
struct NodesLabel: ConsoleCommand {
    static let configuration = CommandConfiguration(
        commandName: "label", abstract: "Set KEY=value labels on a node, or remove them with KEY-.",
        discussion: "A label set here wins over the same label of the agent.")

    @Argument(help: "Name or id.") var node: String
    @Argument(help: "KEY=value to set, KEY- to remove.") var labels: [String]
    @OptionGroup var global: GlobalOptions

    func validate() throws {
        guard labels.allSatisfy({ $0.contains("=" as Character) || $0.hasSuffix("-") }) else {
            throw ValidationError("KEY=value or KEY- is expected")
        }
    }

    @LoopActor func execute(_ session: Session) async throws -> Int32 {
        let body = try Self.body(labels).encoded()
        _ = try await session.send(.patch, "/api/v1/nodes/\(Query.encoded(node))", body: body)
        session.terminal.write("node \(node) labelled\n")
        return 0
    }

    /// The merge patch that the words stand for.
    static func body(_ labels: [String]) throws -> JSONNode {
        let removed = labels.filter { !$0.contains("=" as Character) }.map {
            JSONMember(key: String($0.dropLast()), value: .null)
        }
        let set = try PairArgument.map(labels.filter { $0.contains("=" as Character) }, flag: "label")
        let members = set.sorted { $0.key < $1.key }.map { JSONMember(key: $0.key, value: .string($0.value)) }
        return .object([JSONMember(key: "labels", value: .object(members + removed))])
    }
}
