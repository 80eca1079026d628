import ArgumentParser
import EventLoop
import Model

/// Lists the versions of a config that are kept.
struct ConfigsVersions: ConsoleCommand {
    static let configuration = CommandConfiguration(
        commandName: "versions", abstract: "List the kept versions of a config, newest first.",
        discussion: "A version is kept while it is the newest, or a kept revision or a replica has it.")

    @Argument(help: "Name or id.") var config: String
    @Flag(help: "Print the control plane's answer as JSON.") var json = false
    @OptionGroup var global: GlobalOptions

    @LoopActor func execute(_ session: Session) async throws -> Int32 {
        let answer = try await session.send(.get, "/api/v1/configs/\(Query.encoded(config))/versions")
        if json {
            try session.printJSON(answer)
        } else {
            session.terminal.write(ConfigText.versions(try session.decode(answer), now: session.now))
        }
        return 0
    }
}
