import ArgumentParser
import EventLoop
import Model

/// Moves replicas away from a node.
struct NodesDrain: ConsoleCommand {
    static let configuration = CommandConfiguration(
        commandName: "drain",
        abstract: "Move replicas away from a node, as many at once as an update may take down.",
        discussion: "Returns at once; repeat it, or use --wait, to see what is left and why.")

    @Argument(help: "Name or id.") var node: String
    @Option(help: "Wait until the node is empty, at most so many seconds; then the exit code is 1.") var wait:
        Int?
    @Flag(help: "Only show what a drain has left; begin none.") var show = false
    @Flag(help: "Print the control plane's answer as JSON.") var json = false
    @OptionGroup var global: GlobalOptions

    @LoopActor func execute(_ session: Session) async throws -> Int32 {
        let path = "/api/v1/nodes/\(Query.encoded(node))/drain"
        var answer = try await session.send(show ? .get : .post, path)
        var progress: DrainProgress = try session.decode(answer)
        var left = max(0, wait ?? 0)
        while !progress.done, left > 0 {
            try await LoopActor.sleep(milliseconds: 1000)
            left -= 1
            answer = try await session.send(.get, path)
            progress = try session.decode(answer)
        }
        if json {
            try session.printJSON(answer)
        } else {
            session.terminal.write(DrainText.progress(progress, node: node))
        }
        return wait != nil && !progress.done ? 1 : 0
    }
}
