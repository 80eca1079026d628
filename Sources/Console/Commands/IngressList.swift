import ArgumentParser
import EventLoop
import Model

/// Lists ingress routes.
struct IngressList: ConsoleCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "List ingress routes by host and path.", aliases: ["ls"])

    @OptionGroup var paging: PagingOptions
    @Flag(help: "Print the control plane's answer as JSON.") var json = false
    @OptionGroup var global: GlobalOptions

    @LoopActor func execute(_ session: Session) async throws -> Int32 {
        let answer = try await session.send(.get, "/api/v1/ingress-routes\(paging.query(status: nil))")
        if json {
            try session.printJSON(answer)
        } else {
            session.terminal.write(
                IngressText.list(
                    try session.decode(answer), now: session.now, width: session.terminal.columns))
        }
        return 0
    }
}
