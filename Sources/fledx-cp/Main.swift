import Agent
import ControlPlane
import EventLoop

@main enum Main {
    nonisolated static func main() { start() }
}

/// The control plane's own threads are libuv's workers: the database, name look-ups, files.
private func start() -> Never {
    EventLoop.runMain(threadPoolSize: 4) {
        let arguments = SystemInfo.arguments
        let environment = SystemInfo.environment
        return await ControlPlaneProgram.run(arguments: arguments, environment: environment) { plan in
            try await EmbeddedAgent.run(
                environment: environment, controlPlaneURL: plan.controlPlaneURL,
                registrationToken: plan.registrationToken, dataFolder: plan.databasePath + ".agent",
                jsonLogs: arguments.contains("--json-logs"))
        }
    }
}
