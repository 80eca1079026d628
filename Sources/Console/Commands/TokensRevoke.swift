import ArgumentParser
import EventLoop
import Model

/// Takes an operator's token back.
struct TokensRevoke: ConsoleCommand {
    static let configuration = CommandConfiguration(
        commandName: "revoke", abstract: "Revoke an operator's token; it stops working at once.",
        aliases: ["rm"])

    @Argument(help: "Name or id.") var token: String
    @OptionGroup var global: GlobalOptions

    @LoopActor func execute(_ session: Session) async throws -> Int32 {
        _ = try await session.send(.delete, "/api/v1/operator-tokens/\(Query.encoded(token))")
        session.terminal.write("operator token \(token) revoked\n")
        return 0
    }
}
