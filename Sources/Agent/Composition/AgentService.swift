internal import DockerEngine
public import EventLoop
internal import HTTPClient
public import Logging
public import Model
internal import NodeCore

/// One agent, put together: usable as a program of its own or inside the control plane's process.
@LoopActor
public final class AgentService {
    private let configuration: AgentConfiguration
    private let time: any TimeSource
    private var ids: any IDSource
    private let log: Logger
    private let http = HTTPClient()
    private let status: LinkStatus
    private let link: ControlPlaneLink
    private var parts: AgentParts?
    private var health: HealthEndpoints?
    /// Held for the life of the agent: two agents on one state folder would fight.
    private var lock: LockFile?

    /// An agent that has not started yet.
    public init(
        _ configuration: AgentConfiguration, time: any TimeSource = SystemTimeSource(),
        ids: any IDSource = SystemIDSource(), log: Logger
    ) {
        self.configuration = configuration
        self.time = time
        self.ids = ids
        self.log = log
        status = LinkStatus(time: time)
        link = ControlPlaneLink(
            http: http, base: configuration.controlPlaneURL, authorityFile: configuration.authorityFile)
    }

    /// Runs until it is cancelled; throws when this node's own state cannot be used.
    ///
    /// Containers are never stopped by the end of the agent.
    public func run() async throws {
        try FileIO.makeFolders(configuration.dataFolder, mode: 0o700)
        lock = try LockFile(path: configuration.dataFolder + "/agent.lock")
        try listenForHealth()
        let registration = Registration(
            configuration: configuration, store: IdentityStore(folder: configuration.dataFolder), link: link,
            status: status, log: log)
        let identity: NodeIdentity
        if let known = try registration.known() {
            identity = known
        } else {
            identity = try await registration.register(ids: ids)
        }
        let parts = try AgentParts(
            configuration: configuration, identity: identity, http: http, link: link, status: status,
            time: time,
            ids: &ids, log: log)
        self.parts = parts
        do { try await parts.run() } catch {
            await stop()
            throw error
        }
    }

    /// The last report, then everything of this agent is closed; bounded by `shutdownDeadlineSecs`.
    private func stop() async {
        let milliseconds = configuration.shutdownDeadlineSecs * 1000
        let parts = parts
        let health = health
        let http = http
        // Cancellation of the agent's task must not cancel the way out, so that runs in a task of its own.
        await Detour.run {
            try? await withDeadline(milliseconds: milliseconds, operation: "end the agent") {
                await parts?.stop()
                await health?.stop()
            }
            http.close()
        }
    }

    private func listenForHealth() throws {
        guard configuration.metricsPort != 0 else { return }
        health = try HealthEndpoints(
            host: configuration.metricsHost, port: configuration.metricsPort, ids: ids,
            HealthEndpoints.Sources(
                readiness: { [weak self] in self?.readiness ?? [] },
                metrics: { [weak self] in self?.metrics ?? "" }))
    }

    private var readiness: [String] {
        guard let parts else { return [status.linkFault ?? "not registered yet"] }
        return parts.readiness
    }

    private var metrics: String { parts?.metrics ?? "" }
}
