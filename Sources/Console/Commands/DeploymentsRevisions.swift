import ArgumentParser
import EventLoop
import Model

/// Lists what a deployment can go back to.
struct DeploymentsRevisions: ConsoleCommand {
    static let configuration = CommandConfiguration(
        commandName: "revisions", abstract: "List the kept revisions of a deployment, newest first.")

    @Argument(help: "Name or id.") var deployment: String
    @Flag(help: "Print the control plane's answer as JSON.") var json = false
    @OptionGroup var global: GlobalOptions

    @LoopActor func execute(_ session: Session) async throws -> Int32 {
        let answer = try await session.send(
            .get, "/api/v1/deployments/\(Query.encoded(deployment))/revisions")
        if json {
            try session.printJSON(answer)
        } else {
            session.terminal.write(
                RolloutText.revisions(
                    try session.decode(answer), now: session.now, width: session.terminal.columns))
        }
        return 0
    }
}
