internal import EventLoop
public import Model

/// An agent inside another program, such as `fledx-cp --standalone`.
public enum EmbeddedAgent {
    /// Runs until it is cancelled; `FLEDX_AGENT_*` variables apply, except where the host program knows better.
    ///
    /// Without `FLEDX_AGENT_DATA_DIR` the state is kept in `dataFolder`.
    @LoopActor public static func run(
        environment: [String: String], controlPlaneURL: String, registrationToken: Redacted<String>,
        dataFolder: String, jsonLogs: Bool
    ) async throws {
        var configuration = try AgentConfiguration(
            environment, controlPlaneURL: controlPlaneURL, dataFolder: dataFolder)
        configuration.registrationToken = registrationToken
        let log = AgentLog.make(jsonLines: jsonLogs, environment: environment)
        let agent = AgentService(configuration, log: log)
        try await agent.run()
    }
}
