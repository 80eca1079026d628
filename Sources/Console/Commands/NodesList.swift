import ArgumentParser
import EventLoop
import Model

/// Lists nodes.
struct NodesList: ConsoleCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "List nodes.", aliases: ["ls"])

    @OptionGroup var paging: PagingOptions
    @Option(help: "Only registering, ready, error, unknown, suspect, incompatible or unreachable ones.")
    var status: String?
    @Flag(help: "Show labels, capacity and public address too, and never leave a column out.") var wide =
        false
    @Flag(help: "Print the control plane's answer as JSON.") var json = false
    @OptionGroup var global: GlobalOptions

    @LoopActor func execute(_ session: Session) async throws -> Int32 {
        let answer = try await session.send(.get, "/api/v1/nodes\(paging.query(status: status))")
        if json {
            try session.printJSON(answer)
        } else {
            session.terminal.write(
                NodeText.list(
                    try session.decode(answer), now: session.now, wide: wide, width: session.terminal.columns)
            )
        }
        return 0
    }
}
