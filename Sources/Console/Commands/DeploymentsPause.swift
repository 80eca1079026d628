import ArgumentParser
import EventLoop
import Model

/// Holds the update of a deployment.
struct DeploymentsPause: ConsoleCommand {
    static let configuration = CommandConfiguration(
        commandName: "pause", abstract: "Hold an update where it is.")

    @Argument(help: "Name or id.") var deployment: String
    @Flag(help: "Print the control plane's answer as JSON.") var json = false
    @OptionGroup var global: GlobalOptions

    @LoopActor func execute(_ session: Session) async throws -> Int32 {
        let path = "/api/v1/deployments/\(Query.encoded(deployment))/pause"
        let answer = try await session.send(.post, path)
        if json {
            try session.printJSON(answer)
        } else {
            session.terminal.write(DeploymentText.update(try session.decode(answer), "is paused"))
        }
        return 0
    }
}
