import ArgumentParser
import EventLoop
import Model

/// Lists nodes.
struct NodesList: ConsoleCommand {
    static let configuration = CommandConfiguration(commandName: "list", abstract: "List nodes.")

    @OptionGroup var global: GlobalOptions
    @OptionGroup var paging: PagingOptions
    @Option(help: "Only registering, ready, error, unknown, suspect, incompatible or unreachable ones.")
    var status: String?
    @Flag(help: "Show labels, capacity and public address too.") var wide = false
    @Flag(help: "Print the control plane's answer as JSON.") var json = false

    @LoopActor func execute(_ session: Session) async throws -> Int32 {
        let answer = try await session.send(.get, "/api/v1/nodes\(paging.query(status: status))")
        if json {
            try session.printJSON(answer)
        } else {
            session.terminal.write(NodeText.list(try session.decode(answer), now: session.now, wide: wide))
        }
        return 0
    }
}
