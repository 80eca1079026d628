import ArgumentParser
import EventLoop
import Model

/// Deletes a config.
struct ConfigsDelete: ConsoleCommand {
    static let configuration = CommandConfiguration(
        commandName: "delete", abstract: "Delete a config; what has it goes on without it.",
        aliases: ["rm"])

    @Argument(help: "Name or id.") var config: String
    @OptionGroup var global: GlobalOptions

    @LoopActor func execute(_ session: Session) async throws -> Int32 {
        _ = try await session.send(.delete, "/api/v1/configs/\(Query.encoded(config))")
        session.terminal.write("config \(config) deleted\n")
        return 0
    }
}
