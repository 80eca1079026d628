import ArgumentParser
import EventLoop
import Model

/// Deletes a deployment.
struct DeploymentsDelete: ConsoleCommand {
    static let configuration = CommandConfiguration(
        commandName: "delete", abstract: "Delete a deployment; its containers are stopped and removed.")

    @OptionGroup var global: GlobalOptions
    @Argument(help: "Name or id.") var deployment: String

    @LoopActor func execute(_ session: Session) async throws -> Int32 {
        _ = try await session.send(.delete, "/api/v1/deployments/\(Query.encoded(deployment))")
        session.terminal.write("deployment \(deployment) deleted\n")
        return 0
    }
}
