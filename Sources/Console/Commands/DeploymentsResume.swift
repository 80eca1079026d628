import ArgumentParser
import EventLoop
import Model

/// Lets the update of a deployment go on.
struct DeploymentsResume: ConsoleCommand {
    static let configuration = CommandConfiguration(
        commandName: "resume", abstract: "Let a held update go on, or try a failed one again.")

    @Argument(help: "Name or id.") var deployment: String
    @Flag(help: "Print the control plane's answer as JSON.") var json = false
    @OptionGroup var global: GlobalOptions

    @LoopActor func execute(_ session: Session) async throws -> Int32 {
        let path = "/api/v1/deployments/\(Query.encoded(deployment))/resume"
        let answer = try await session.send(.post, path)
        if json {
            try session.printJSON(answer)
        } else {
            session.terminal.write(DeploymentText.update(try session.decode(answer), "goes on"))
        }
        return 0
    }
}
