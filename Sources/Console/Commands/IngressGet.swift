import ArgumentParser
import EventLoop
import Model

/// Shows one ingress route.
struct IngressGet: ConsoleCommand {
    static let configuration = CommandConfiguration(
        commandName: "get", abstract: "Show an ingress route and what stands in its way.", aliases: ["show"])

    @Argument(help: "Id.") var route: String
    @Flag(help: "Print the control plane's answer as JSON.") var json = false
    @OptionGroup var global: GlobalOptions

    @LoopActor func execute(_ session: Session) async throws -> Int32 {
        let answer = try await session.send(.get, "/api/v1/ingress-routes/\(Query.encoded(route))")
        if json {
            try session.printJSON(answer)
        } else {
            session.terminal.write(IngressText.detail(try session.decode(answer), now: session.now))
        }
        return 0
    }
}
