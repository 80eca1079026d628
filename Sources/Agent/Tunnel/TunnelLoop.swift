internal import DockerEngine
internal import EventLoop
internal import HTTP2
internal import HTTPClient
internal import Logging
internal import Model
internal import Tunnel

/// Keeps a tunnel open for ever: dials, serves what comes through, waits, dials again.
@LoopActor
final class TunnelLoop {
    private let dialer: TunnelDialer
    private let tunnel: AgentTunnel
    private let requests: TunnelRequests
    private let driver: NodeDriver
    private let metrics: TunnelMetrics
    private let limits: HTTP2Limits
    private var ids: any IDSource
    private let log: Logger
    private let status: LinkStatus
    private var pause: ReconnectPause
    /// After refusals of this node, which seldom end soon.
    private var refusedPause = RetryPause(
        firstMilliseconds: AgentLimits.retryMilliseconds, maxMilliseconds: AgentLimits.refusedMaxMilliseconds)
    private var fault: String?

    init(
        _ configuration: AgentConfiguration, _ identity: NodeIdentity, _ boot: BootID,
        _ link: ControlPlaneLink,
        _ driver: NodeDriver, _ status: LinkStatus, _ http: HTTPClient, _ metrics: TunnelMetrics,
        _ ids: any IDSource, _ log: Logger
    ) {
        self.status = status
        tunnel = link.tunnel
        dialer = TunnelDialer(configuration, identity, boot: boot, link, metrics)
        requests = TunnelRequests(
            driver: driver, tunnel: link.tunnel,
            containers: ContainerAccess(
                docker: DockerClient(endpoint: configuration.docker, http: http), driver: driver,
                settings: configuration.tunnel),
            metrics: metrics, log: log)
        tunnel.ownInterval = configuration.tunnel.heartbeatSecs
        tunnel.ownTimeout = configuration.tunnel.timeoutSecs
        var limits = HTTP2Limits.small
        limits.streams = configuration.tunnel.streams
        self.limits = limits
        pause = ReconnectPause(lastMilliseconds: configuration.tunnel.reconnectMilliseconds)
        self.driver = driver
        self.metrics = metrics
        self.ids = ids
        self.log = log
    }

    /// Sets what this agent says of itself when it is asked.
    func tell(_ view: SelfView) { requests.view = view }

    /// Runs until it is cancelled.
    func run() async throws {
        while true {
            var lasted: Int64 = 0
            var asked: Int64?
            let recoveries = status.recoveries
            do {
                let (stream, received) = try await dialer.open(advertised: driver.appliedDocument?.tunnel)
                let started = EventLoop.now
                fault = nil
                refusedPause.reset()
                let failure = try await session(stream, received)
                lasted = EventLoop.now.milliseconds(since: started)
                asked = tunnel.leaveOrder?.afterMilliseconds
                log.info("the tunnel has ended: \(failure.detail)")
            } catch is CancellationError {
                throw CancellationError()
            } catch {
                let failure = error as? AgentFailure
                asked = failure?.retryAfterMilliseconds
                failed(error)
                if let failure, failure.kind == .refused {
                    try await rest(after: failure, recoveries)
                    continue
                }
            }
            let wait = pause.next(lasted: lasted, asked: asked, random: ids.nextRandom())
            try await LoopActor.sleep(milliseconds: wait)
        }
    }

    /// Whom the control plane refuses it will refuse again soon, unless another call has shown since the attempt began
    /// that it does so no more.
    private func rest(after failure: AgentFailure, _ recoveries: Int) async throws {
        if failure.meansGone { refusedPause.lengthen(toMilliseconds: AgentLimits.gonePauseMilliseconds) }
        let own = refusedPause.next(random: ids.nextRandom())
        let wait = max(own, failure.retryAfterMilliseconds ?? 0)
        log.debug("dialling again", metadata: ["milliseconds": "\(wait)"])
        do {
            try await status.recovered.until(
                deadlineMilliseconds: wait, operation: "wait for the control plane"
            ) {
                self.status.recoveries != recoveries
            }
            refusedPause.reset()
        } catch let failure as LoopFailure where failure.code == .deadline {}
    }

    /// One session, to its end.
    private func session(_ stream: LoopStream, _ received: [UInt8]) async throws -> TunnelFailure {
        let connection = TunnelConnection(stream, .server, limits: limits)
        let ended = OneShot<TunnelFailure>()
        let greeting = LoopTimer()
        defer { greeting.close() }
        connection.onClosed = { [tunnel, metrics] in
            tunnel.ended()
            metrics.ended(connection)
            ended.succeed($0)
        }
        connection.onRequest = { [requests] in requests.serve($0) }
        connection.onRoundTrip = { [metrics] in metrics.roundTrip(nanoseconds: $0) }
        tunnel.began(connection)
        metrics.began(connection)
        connection.start(received: received)
        greeting.start(afterMilliseconds: TunnelLimits.greetingMilliseconds) { [tunnel, log] in
            guard !tunnel.isUp else { return log.info("the tunnel to the control plane is open") }
            connection.close(TunnelFailure(.silent, "the control plane did not greet"))
        }
        do {
            return try await ended.wait()
        } catch {
            connection.close(TunnelFailure(.closed, "the agent is stopping"))
            throw error
        }
    }

    /// A tunnel that cannot be opened is told once, until something else is the matter.
    private func failed(_ error: any Error) {
        metrics.failed()
        let reason = ErrorReport.render(error)
        if fault != reason {
            log.warning("\(reason); logs, exec and port-forward wait for it, everything else goes over REST")
        }
        fault = reason
    }
}
