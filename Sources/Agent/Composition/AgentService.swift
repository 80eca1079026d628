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
    private let http = HTTPClient(receiveBufferBytes: HTTPClientLimits.smallReceiveBufferBytes)
    private let status: LinkStatus
    private let link: ControlPlaneLink
    private let metrics = AgentMetrics()
    private var parts: AgentParts?
    /// Where containers run instead of Docker; for injected faults.
    typealias RuntimeFactory = @LoopActor (NodeID, MemoryStore) -> any ContainerRuntime
    var makeRuntime: RuntimeFactory?
    /// The address endpoints are shown with at first; for tests.
    var firstAddress: (String) -> String = AdvertisedAddress.first
    /// The pause before a document that was refused or could not be written is asked for again; tests shorten it.
    var refusedDocumentMilliseconds = AgentLimits.refusedDocumentMilliseconds
    private var health: HealthEndpoints?

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
        let proxy = configuration.proxies.choice(for: configuration.controlPlaneURL)
        let pin = configuration.trust.fingerprint.map { [http] in
            AuthorityPin(
                $0, folder: configuration.dataFolder, base: configuration.controlPlaneURL, http: http,
                proxy: proxy)
        }
        link = ControlPlaneLink(
            http: http, base: configuration.controlPlaneURL, tls: configuration.trust.tls,
            proxy: proxy, pin: pin)
    }

    /// Where the health endpoints listen; nil while they do not.
    public var healthPort: UInt16? { health?.port }

    /// Why the agent is not ready; empty when it is.
    public var readiness: [String] {
        guard let parts else { return [status.linkFault ?? "starting: this node is not registered yet"] }
        return parts.readiness
    }

    /// What `/metrics` says.
    var metricsText: String { metrics.render() }

    /// The revision this node acts on; nil before its first document.
    public var appliedRevision: UInt64? { parts?.appliedRevision }

    /// Runs until it is cancelled; throws when this node's own state cannot be used.
    ///
    /// Containers are never stopped by the end of the agent.
    public func run() async throws {
        for warning in configuration.warnings { log.warning("\(warning)") }
        try FileIO.makeFolders(configuration.dataFolder, mode: 0o700)
        // Held for the life of the agent: two agents on one state folder would fight.
        let lock = try LockFile(path: configuration.dataFolder + "/agent.lock")
        do { try await serve() } catch {
            await stop()
            withExtendedLifetime(lock) {}
            throw error
        }
    }

    private func serve() async throws {
        listenForHealth()
        // What it takes to put the parts together goes with the frame it lies in; this one lives as long as the agent.
        let parts = try await makeParts()
        self.parts = parts
        try await parts.run()
    }

    private func makeParts() async throws -> AgentParts {
        let registration = Registration(
            configuration: configuration, store: IdentityStore(folder: configuration.dataFolder), link: link,
            status: status, log: log)
        let identity: NodeIdentity
        if let known = try registration.known() {
            identity = known
        } else {
            identity = try await registration.register(ids: ids)
        }
        var configuration = configuration
        if configuration.findsAddress {
            configuration.nodeSettings.advertisedHost = firstAddress(configuration.controlPlaneURL)
        }
        return try AgentParts(
            configuration: configuration, identity: identity, link: link, status: status, metrics: metrics,
            time: time, ids: &ids, log: log, makeRuntime: makeRuntime,
            refusedDocumentMilliseconds: refusedDocumentMilliseconds)
    }

    /// The last report, then everything of this agent is closed; bounded by `shutdownDeadlineSecs`.
    private func stop() async {
        let milliseconds = max(configuration.shutdownDeadlineSecs * 1000, parts?.cleanUpMilliseconds ?? 0)
        let parts = parts
        let health = health
        let http = http
        let log = log
        // Cancellation of the agent's task must not cancel the way out, so that runs in a task of its own.
        await Detour.run {
            do {
                try await withDeadline(milliseconds: milliseconds, operation: "end the agent") {
                    await parts?.stop()
                    await health?.stop()
                }
            } catch {
                log.warning("the agent did not end in order: \(ErrorReport.render(error)); containers stay")
            }
            http.close()
        }
    }

    /// An agent whose port is taken still runs its containers; the report says what is missing.
    private func listenForHealth() {
        guard configuration.metricsPort != 0 else { return }
        let metrics = metrics
        do {
            health = try HealthEndpoints(
                host: configuration.metricsHost, port: configuration.metricsPort, ids: ids,
                HealthEndpoints.Sources(
                    readiness: { [weak self] in self?.readiness ?? [] }, metrics: { metrics.render() }))
        } catch {
            let reason =
                "/healthz, /readyz and /metrics are not served: \(ErrorReport.render(error)); free the port or "
                + "set FLEDX_AGENT_METRICS_PORT (0 turns them off) and restart the agent"
            log.error("\(reason)")
            status.raise("health_endpoint", reason)
        }
    }
}
