import ArgumentParser
import EventLoop
import Model

/// Shows one config.
struct ConfigsGet: ConsoleCommand {
    static let configuration = CommandConfiguration(
        commandName: "get", abstract: "Show a config; sealed values never show.", aliases: ["show"])

    @Argument(help: "Name or id.") var config: String
    @Flag(help: "Print the control plane's answer as JSON.") var json = false
    @OptionGroup var global: GlobalOptions

    @LoopActor func execute(_ session: Session) async throws -> Int32 {
        let answer = try await session.send(.get, "/api/v1/configs/\(Query.encoded(config))")
        if json {
            try session.printJSON(answer)
        } else {
            session.terminal.write(ConfigText.detail(try session.decode(answer), now: session.now))
        }
        return 0
    }
}
