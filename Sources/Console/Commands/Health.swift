import ArgumentParser
import EventLoop
import Model

/// How the control plane does; needs no token, so it tells a wrong address from a wrong token.
struct Health: ConsoleCommand {
    static let configuration = CommandConfiguration(
        commandName: "health", abstract: "Show whether the control plane answers, and what is the matter.",
        discussion: "Needs no token. Exits with 1 while anything is the matter.")

    @Flag(help: "Print the control plane's answer as JSON.") var json = false
    @OptionGroup var global: GlobalOptions

    @LoopActor func execute(_ session: Session) async throws -> Int32 {
        let answer = try await session.ask("/health")
        let health: HealthResponse = try session.decode(answer)
        if json {
            try session.printJSON(answer)
        } else {
            session.terminal.write(HealthText.status(health, at: session.baseURL))
        }
        return health.conditions.isEmpty ? 0 : 1
    }
}
