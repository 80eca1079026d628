import ArgumentParser
import EventLoop
import Model

/// Shows one login at a registry.
struct RegistryCredentialsGet: ConsoleCommand {
    static let configuration = CommandConfiguration(
        commandName: "get", abstract: "Show a login without its password.", aliases: ["show"])

    @Argument(help: "Name or id.") var credential: String
    @Flag(help: "Print the control plane's answer as JSON.") var json = false
    @OptionGroup var global: GlobalOptions

    @LoopActor func execute(_ session: Session) async throws -> Int32 {
        let answer = try await session.send(.get, "/api/v1/registry-credentials/\(Query.encoded(credential))")
        if json {
            try session.printJSON(answer)
        } else {
            session.terminal.write(RegistryText.detail(try session.decode(answer), now: session.now))
        }
        return 0
    }
}
