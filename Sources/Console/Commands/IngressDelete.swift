import ArgumentParser
import EventLoop
import Model

/// Deletes an ingress route.
struct IngressDelete: ConsoleCommand {
    static let configuration = CommandConfiguration(
        commandName: "delete", abstract: "Delete an ingress route.", aliases: ["rm"])

    @Argument(help: "Id.") var route: String
    @OptionGroup var global: GlobalOptions

    @LoopActor func execute(_ session: Session) async throws -> Int32 {
        _ = try await session.send(.delete, "/api/v1/ingress-routes/\(Query.encoded(route))")
        session.terminal.write("ingress route \(route) deleted\n")
        return 0
    }
}
