import ArgumentParser
import EventLoop
import Model

/// Starts every replica of a deployment afresh.
struct DeploymentsRestart: ConsoleCommand {
    static let configuration = CommandConfiguration(
        commandName: "restart", abstract: "Start every replica afresh, a few at a time as its strategy says.")

    @Argument(help: "Name or id.") var deployment: String
    @Flag(help: "Resolve and pull the image anew.") var repull = false
    @Flag(help: "Print the control plane's answer as JSON.") var json = false
    @OptionGroup var global: GlobalOptions

    @LoopActor func execute(_ session: Session) async throws -> Int32 {
        let path = "/api/v1/deployments/\(Query.encoded(deployment))/restart"
        let answer = try await session.send(.post, path + (repull ? "?repull=true" : ""))
        if json {
            try session.printJSON(answer)
        } else {
            session.terminal.write(DeploymentText.update(try session.decode(answer), "restarts"))
        }
        return 0
    }
}
