import ClusterCore
public import EventLoop
import HTTPServer
import Logging
public import Model
import SQLite
import Tunnel

/// The whole control plane: store, core, API and background loops, wired together.
///
/// `open` makes it ready and listening, `run` works until `stop` is called or something fails for good.
@LoopActor
public final class ControlPlane {
    /// The port the API listens on.
    public let port: UInt16
    /// The registration token, for an agent inside this process.
    public let registrationToken: Redacted<String>

    let host: ClusterHost
    let server: HTTPServer
    let responder: APIResponder
    let document: OpenAPIService
    let metrics: ControlPlaneMetrics
    private let settings: ControlPlaneSettings
    let recovery: StorageRecovery
    let polls: LongPolls
    let backup: BackupService
    let history: HistoryReads
    let usage: UsageService
    let tunnels: TunnelHub
    /// The listener for `/metrics` alone, where one is set.
    let metricsServer: SideServer?
    /// The listener for tunnels alone, where one is set.
    let tunnelServer: SideServer?
    let watchers: EventWatchers
    let audit: AuditTrail
    private let health: HealthService
    private let loops: BackgroundLoops
    let logger: Logger
    private let tls: ListenerTLS?
    private let stopGate = Gate()
    private var isStopRequested = false

    init(
        _ foundation: StartFoundation, _ settings: ControlPlaneSettings, _ options: ControlPlaneOptions,
        _ logger: Logger
    ) throws {
        self.settings = settings
        self.logger = logger
        registrationToken = foundation.secrets.registrationToken
        host = try ClusterHost(
            stored: foundation.stored, store: foundation.store, settings: settings.cluster,
            clock: options.clock, logger: logger)
        host.environmentGivesWay = settings.environmentTokensGiveWay
        recovery = StorageRecovery(host: host, logger: logger)
        polls = LongPolls()
        backup = BackupService(host: host)
        watchers = EventWatchers(host: host, history: foundation.history)
        audit = AuditTrail(host: host, settings: settings)
        health = HealthService(host: host, settings: settings)
        metrics = ControlPlaneMetrics(host: host, polls: polls, settings: settings)
        let metrics = metrics
        history = HistoryReads(foundation.history)
        history.onFailure = { metrics.database.failed($0) }
        recovery.onFailure = { metrics.database.failed($0) }
        usage = UsageService(host: host, settings: settings.usage, metrics: metrics.usage)
        loops = BackgroundLoops(host: host, metrics: metrics, settings: settings)
        let access = AccessControl(
            host: host, credentials: foundation.secrets.credentials, settings: settings, logger: logger)
        let audit = audit
        access.onRefused = { call, fault, isExcess in
            audit.count(call, fault, isExcess: isExcess)
            if call.request.route == TunnelProtocol.path { metrics.tunnelFigures.unauthorized() }
        }
        access.environment.onUse = { audit.environmentTokenUsed($0) }
        responder = APIResponder(
            host: host, access: access, audit: audit,
            repetitions: Repetitions(host: host, stored: foundation.repetitions))
        // Request ids are names, not secrets: two calls of the kernel for each would be a tenth of a small request.
        var random = SystemIDSource()
        let requestIDs = SeededIDSource(seed: random.nextRandom())
        var configuration = HTTPServerConfiguration(ids: requestIDs, time: options.clock)
        configuration.limits = options.serverLimits
        let accessLog = AccessLog(
            metrics: metrics, logger: options.makeLogger("fledx::http"), failures: logger)
        if access.clients.trustsAnybody {
            let clients = access.clients
            configuration.clientAddress = { clients.client(peer: $0, headers: $1) }
        }
        configuration.onExchange = { accessLog.record($0) }
        configuration.onListenerTrouble = { error in
            logger.warning(
                "no new connection is taken at present: \(ErrorReport.render(error)); raise the limit of open files"
            )
        }
        configuration.onHandlerError = { accessLog.handlerFailed($0, requestID: $1) }
        configuration.onTLSFailure = { accessLog.tlsFailed($0, peer: $1) }
        server = HTTPServer(responder, configuration)
        tls = try ListenerTLS(settings, time: options.clock, logger: logger)
        let heartbeats = HeartbeatService(host: host, usage: usage, settings: settings)
        let desired = DesiredStateService(
            host: host, polls: polls, settings: settings, keeper: foundation.keeper)
        tunnels = TunnelHub(
            host: host, heartbeats: heartbeats, documents: desired, settings: settings.tunnel,
            logger: options.makeLogger("fledx::tunnel"))
        document = OpenAPIService()
        document.routes =
            Self.routes(
                host, desired, heartbeats, tunnels, health, metrics,
                UsageReports(host: host, usage: usage, history: history),
                usage, foundation.keeper, foundation.secrets.credentials, settings)
            + Self.routes(host, watchers, foundation.history, foundation.secrets.credentials)
            + BackupRoutes.routes(backup) + OpenAPIRoutes.routes(document)
            + AuthorityRoutes.routes(tls)
        responder.mount(document.routes)
        let beside = { [host] in
            APIResponder(
                host: host, access: access, audit: audit, repetitions: Repetitions(host: host, stored: []))
        }
        metricsServer = try settings.metricsListener.map {
            try SideServer(
                to: "serve /metrics", on: $0.host, $0.port, ObservabilityRoutes.scrape(metrics), beside(),
                configuration)
        }
        tunnelServer = try settings.tunnelListener.map { [tunnels, tls] in
            try SideServer(
                to: "take tunnels", on: $0.host, $0.port,
                AgentTunnelRoutes.routes(tunnels) + AuthorityRoutes.routes(tls), beside(), tls: tls?.server,
                configuration)
        }
        do {
            port = try server.listenTCP(
                host: settings.serverHost, port: settings.serverPort, tls: tls?.server)
        } catch {
            throw StartFailure("cannot listen on \(settings.serverHost):\(settings.serverPort)", cause: error)
        }
        let polls = polls
        let host = host
        let tunnels = tunnels
        metrics.tunnels = tunnels
        health.tunnels = tunnels
        health.identify = { access.identify($0) }
        tunnels.onRoundTrip = { metrics.tunnelFigures.roundTrip(nanoseconds: $0) }
        tunnels.onReady = { polls.wake($0) }
        let events = options.makeLogger("fledx::cluster")
        host.onEffect = { [unowned host] effect in
            switch effect {
            case .desiredStateChanged(let id):
                polls.wake(id)
                tunnels.documentChanged(id)
            case .event(let event):
                let line = EventWords.line(event, in: host.cluster)
                events.log(level: line.level, "\(line.text)")
            case .deploymentChanged, .nodeChanged, .tickWanted: break
            }
        }
    }

    /// Opens the database, finds the secrets, loads the state and listens.
    public static func open(
        _ settings: ControlPlaneSettings, options: ControlPlaneOptions = ControlPlaneOptions()
    ) async throws -> ControlPlane {
        let logger = options.makeLogger("fledx::cp")
        try tryPort(settings)
        let foundation = try await StartFoundation.lay(settings, options, logger)
        do {
            let plane = try ControlPlane(foundation, settings, options, logger)
            if let announcement = foundation.secrets.announcement { options.onGenerated?(announcement) }
            return plane
        } catch {
            try? await foundation.history.close()
            try? await foundation.store.worker.close()
            throw error
        }
    }

    /// A first start on a port it cannot have fails before it makes a database or secrets.
    static func tryPort(_ settings: ControlPlaneSettings) throws(StartFailure) {
        guard settings.serverPort != 0, !FileIO.isPresent(settings.databasePath) else { return }
        do {
            let port = settings.serverPort
            try Listener.tcp(host: settings.serverHost, port: port) { _ in }.close()
        } catch {
            throw StartFailure("cannot listen on \(settings.serverHost):\(settings.serverPort)", cause: error)
        }
    }

    /// Works until `stop()`; throws what ends it for good.
    public func run() async throws {
        host.resume()
        loops.start()
        host.credentialWatch.onLook = { [tunnels, watchers, polls, host] in
            [
                tunnels.checkCredentials(), watchers.checkCredentials(),
                polls.checkCredentials { host.isValid($0) },
            ].compactMap { $0 }.min()
        }
        host.credentialWatch.start()
        defer {
            loops.stop()
            host.credentialWatch.stop()
        }
        do {
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { await self.host.store.worker.run() }
                group.addTask { try await self.recovery.run() }
                group.addTask { try await self.history.run() }
                group.addTask { try await self.usage.run() }
                for cleanup in self.cleanups { group.addTask { try await cleanup.run() } }
                group.addTask { try await self.waitForStopAndDrain() }
                // Drain and worker end together; the recovery ends by throwing only.
                try await group.next()
                try await group.next()
                group.cancelAll()
            }
        } catch is CancellationError where isStopRequested {
            return
        }
    }

    /// What keeps the audit log and the history of events bounded.
    var cleanups: [HistoryCleanup] {
        audit.cleanups(everyMilliseconds: settings.auditCleanupIntervalSecs * 1000) + [
            HistoryCleanup(
                host: host, pauseMilliseconds: ControlPlaneLimits.eventCleanupMilliseconds
            ) { [host] in
                let now = host.clock.now().wall
                return EventRecords.prune(
                    keeping: ControlPlaneLimits.storedEvents,
                    after: now.adding(milliseconds: -ControlPlaneLimits.eventMilliseconds))
            }
        ]
    }

    /// Asks `run` to finish in good order; may be called more than once.
    public func stop() {
        isStopRequested = true
        stopGate.changed()
    }

    /// Whether the API listener speaks TLS.
    var speaksTLS: Bool { tls != nil }

    /// How addresses of the API begin.
    var scheme: String { speaksTLS ? "https" : "http" }

    /// Reads files named by settings again: the certificates.
    func filesChanged() {
        guard let tls else { return logger.info("SIGHUP: no setting names a file that has to be read again") }
        tls.reload()
    }

    /// Opens one more listener, in the clear, that only programs of this machine reach; returns its port.
    func listenOnLoopback() throws -> UInt16 { try server.listenTCP(host: "127.0.0.1", port: 0) }

    /// Whether nobody has asked for the end yet.
    var isServing: Bool { !isStopRequested }

    private func waitForStopAndDrain() async throws {
        do {
            try await stopGate.until { isStopRequested }
        } catch {
            isStopRequested = true
        }
        logger.notice("stopping")
        health.isStopping = true
        polls.close()
        watchers.close()
        let started = EventLoop.now.milliseconds
        await tunnels.close()
        await server.stop(deadlineMilliseconds: settings.shutdownDeadlineSecs * 1000)
        await metricsServer?.stop()
        await tunnelServer?.stop()
        usage.storeEverything()
        audit.flush()
        // First, for the last connection to close is the one that tidies the file up.
        await history.close()
        let left = settings.shutdownDeadlineSecs * 1000 - (EventLoop.now.milliseconds - started)
        try await host.store.worker.close(
            deadlineMilliseconds: max(left, 0) + ControlPlaneLimits.shutdownGraceMilliseconds)
    }

    /// Who may do what, who did what, and what happened.
    private static func routes(
        _ host: ClusterHost, _ watchers: EventWatchers, _ history: HistoryReader, _ credentials: Credentials
    ) -> [APIRoute] {
        TokenRoutes.routes(
            operators: OperatorTokenService(host: host, credentials: credentials),
            registrations: RegistrationTokenService(host: host, credentials: credentials),
            nodes: NodeTokenService(host: host, credentials: credentials))
            + AuditRoutes.routes(AuditService(history: history))
            + EventRoutes.routes(EventService(host: host, history: history, watchers: watchers))
    }

    private static func routes(
        _ host: ClusterHost, _ desired: DesiredStateService, _ heartbeats: HeartbeatService,
        _ tunnels: TunnelHub, _ health: HealthService, _ metrics: ControlPlaneMetrics,
        _ reports: UsageReports, _ usage: UsageService, _ keeper: SecretKeeper, _ credentials: Credentials,
        _ settings: ControlPlaneSettings
    ) -> [APIRoute] {
        let registration = RegistrationService(host: host, credentials: credentials, settings: settings)
        let deployments = DeploymentService(
            host: host, usage: usage, volumePrefixes: settings.volumePrefixes)
        return ObservabilityRoutes.routes(health: health, metrics: metrics) + UsageRoutes.routes(reports)
            + NodeRoutes.routes(
                nodes: NodeService(host: host, usage: usage, tunnels: tunnels), registration: registration,
                heartbeats: heartbeats,
                settings: settings)
            + NodeOperationRoutes.routes(NodeOperations(host: host))
            + HistoryRoutes.routes(HistoryService(host: host)) + DesiredStateRoutes.routes(desired)
            + DeploymentRoutes.routes(deployments) + RolloutRoutes.routes(deployments)
            + ConfigRoutes.routes(ConfigService(host: host, keeper: keeper))
            + RegistryCredentialRoutes.routes(RegistryCredentialService(host: host, keeper: keeper))
            + IngressRouteRoutes.routes(IngressRouteService(host: host))
            + ApplyRoutes.routes(
                ApplyService(host: host, keeper: keeper, volumePrefixes: settings.volumePrefixes))
            + TunnelRoutes.routes(
                TunnelService(host: host, tunnels: tunnels, settings: settings))
            + AgentTunnelRoutes.routes(tunnels)
    }
}
