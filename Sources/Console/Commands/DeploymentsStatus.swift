import ArgumentParser
import EventLoop
import Model

/// Shows one deployment, or all of them.
struct DeploymentsStatus: ConsoleCommand {
    static let configuration = CommandConfiguration(
        commandName: "status", abstract: "Show a deployment with every replica, and why one is not ready.",
        discussion: "With --watch, prints a line whenever something changes, until interrupted.",
        aliases: ["get"])

    @Argument(help: "Name or id; without one, all deployments are listed.") var deployment: String?
    @Flag(help: "Print the control plane's answer as JSON; with --watch, one line a change.") var json = false
    @Flag(help: "Print a line whenever something changes.") var watch = false
    @Option(help: "Seconds between two looks while watching.") var watchInterval = 1
    @Option(help: "Stop watching after this many seconds and exit with 1.") var maxRuntime: Int?
    @Flag(help: "Stop watching with 0 as soon as the deployment runs, with 1 when it has failed.")
    var untilSettled = false
    @OptionGroup var global: GlobalOptions

    func validate() throws {
        if watch, deployment == nil { throw ValidationError("--watch needs a deployment's name or id") }
        if watchInterval < 1 { throw ValidationError("--watch-interval must be at least 1") }
    }

    @LoopActor func execute(_ session: Session) async throws -> Int32 {
        guard let deployment else {
            let answer = try await session.send(.get, "/api/v1/deployments?limit=1000")
            if json {
                try session.printJSON(answer)
            } else {
                session.terminal.write(
                    DeploymentText.list(
                        try session.decode(answer), now: session.now, width: session.terminal.columns))
            }
            return 0
        }
        let path = "/api/v1/deployments/\(Query.encoded(deployment))"
        if watch {
            let watcher = DeploymentWatcher(
                session: session, path: path, intervalSeconds: watchInterval, maxRuntimeSeconds: maxRuntime,
                untilSettled: untilSettled, asJSON: json)
            return try await watcher.run()
        }
        let answer = try await session.send(.get, path)
        if json {
            try session.printJSON(answer)
        } else {
            session.terminal.write(
                DeploymentText.detail(
                    try session.decode(answer), now: session.now, width: session.terminal.columns))
        }
        return 0
    }
}
