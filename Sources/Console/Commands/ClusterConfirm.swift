import ArgumentParser
import EventLoop
import JSON
import Model

/// Lets agents of another history take this one's documents.
struct ClusterConfirm: ConsoleCommand {
    static let configuration = CommandConfiguration(
        commandName: "confirm",
        abstract: "Let nodes that act in another history take what this control plane declares.",
        discussion: """
            After an older database was put back, nodes keep what they run and wait. `fledx cluster status` shows what
            a confirmation would start, update and remove on each of them.
            """)

    @Argument(help: "The history the nodes act in, as status lists it.") var epoch: String
    @Option(help: "Only this node, by name or id; repeat it for more.") var node: [String] = []
    @Flag(help: "Print the control plane's answer as JSON.") var json = false
    @OptionGroup var global: GlobalOptions

    @LoopActor func execute(_ session: Session) async throws -> Int32 {
        let answer = try await session.send(.post, "/api/v1/cluster/confirm", body: body.encoded())
        if json {
            try session.printJSON(answer)
        } else {
            session.terminal.write(
                "history \(epoch) is confirmed\n"
                    + ClusterText.status(try session.decode(answer), width: session.terminal.columns))
        }
        return 0
    }

    /// What is sent.
    var body: JSONNode {
        guard !node.isEmpty else { return .object(["epoch": .string(epoch)]) }
        return .object(["epoch": .string(epoch), "nodes": .array(node.map { .string($0) })])
    }
}
