import ArgumentParser
import EventLoop
import JSON
import Model

/// Takes a deployment back to an earlier revision.
struct DeploymentsRollback: ConsoleCommand {
    static let configuration = CommandConfiguration(
        commandName: "rollback",
        abstract: "Go back to an earlier revision; without --revision, to the last good one.")

    @Argument(help: "Name or id.") var deployment: String
    @Option(help: "The revision to restore, as revisions lists them.") var revision: UInt64?
    @Flag(help: "Print the control plane's answer as JSON.") var json = false
    @OptionGroup var global: GlobalOptions

    @LoopActor func execute(_ session: Session) async throws -> Int32 {
        let path = "/api/v1/deployments/\(Query.encoded(deployment))/rollback"
        let body = revision.map { JSONNode.object(["revision": .integer($0)]).encoded() }
        let answer = try await session.send(.post, path, body: body)
        if json {
            try session.printJSON(answer)
        } else {
            session.terminal.write(DeploymentText.rollback(try session.decode(answer)))
        }
        return 0
    }
}
