import ArgumentParser
import EventLoop
import Model

/// Deletes a login at a registry.
struct RegistryCredentialsDelete: ConsoleCommand {
    static let configuration = CommandConfiguration(
        commandName: "delete", abstract: "Delete a login; what was pulled with it stays.", aliases: ["rm"])

    @Argument(help: "Name or id.") var credential: String
    @OptionGroup var global: GlobalOptions

    @LoopActor func execute(_ session: Session) async throws -> Int32 {
        _ = try await session.send(.delete, "/api/v1/registry-credentials/\(Query.encoded(credential))")
        session.terminal.write("registry credential \(credential) deleted\n")
        return 0
    }
}
