internal import EventLoop
internal import HTTPClient
internal import JSON
internal import Model
internal import TLS
internal import Tunnel

/// Opens connections to the control plane that become tunnels.
@LoopActor
final class TunnelDialer {
    private let configuration: AgentConfiguration
    private let identity: NodeIdentity
    private let boot: BootID
    private let tls: TunnelTLS
    private let metrics: TunnelMetrics
    private let http: HTTPClient
    private var session: UInt64 = 0

    init(
        _ configuration: AgentConfiguration, _ identity: NodeIdentity, boot: BootID, _ link: ControlPlaneLink,
        _ metrics: TunnelMetrics
    ) {
        self.metrics = metrics
        self.configuration = configuration
        self.identity = identity
        self.boot = boot
        tls = TunnelTLS(configuration.trust.tls, pin: link.pin)
        http = link.http
    }

    /// Tries every target in turn; the first one that changes the protocol wins.
    func open(advertised: TunnelEndpoint?) async throws -> (stream: LoopStream, received: [UInt8]) {
        let settings = configuration.tunnel
        let targets = TunnelTarget.list(
            settings, advertised: advertised, controlPlaneURL: configuration.controlPlaneURL)
        var failure: any Error = AgentFailure(
            .unreachable,
            "tunnel: no address may be used without TLS; use https:// or set FLEDX_AGENT_ALLOW_INSECURE_HTTP=true"
        )
        for target in targets {
            do {
                return try await open(target, advertised)
            } catch is CancellationError {
                throw CancellationError()
            } catch let refusal as Refusal {
                // Another address of the same control plane would not change its mind, and would take its pause away.
                throw refusal.failure
            } catch {
                failure = error
            }
        }
        throw failure
    }

    /// A control plane that has answered in its own words, or has said when to come again.
    private struct Refusal: Error {
        let failure: AgentFailure
    }

    private func open(
        _ target: TunnelTarget, _ advertised: TunnelEndpoint?
    ) async throws -> (stream: LoopStream, received: [UInt8]) {
        let settings = configuration.tunnel
        let patience =
            settings.connectMilliseconds ?? advertised.map { Int64($0.connectTimeoutSecs) * 1_000 }
            ?? AgentLimits.tunnelConnectMilliseconds
        let place = "\(target.host):\(target.port)"
        let proxy = configuration.proxies.choice(for: target.url)
        let stream: LoopStream
        do {
            stream = try await http.connect(
                host: target.host, port: target.port, proxy: proxy, timeoutMilliseconds: patience)
        } catch let error as HTTPClientFailure {
            throw AgentFailure(
                .unreachable, "tunnel: \(place) cannot be reached\(proxy.words): \(error.detail)")
        }
        // The tunnel's own pings say whether the peer is there; the kernel's each minute would be most of an idle metered link.
        stream.setKeepalive(seconds: 0)
        do {
            if target.usesTLS { try await tls.secure(stream, target) }
            session += 1
            let answer = try await UpgradeExchange.perform(
                on: stream, request(target, settings.tokenHeader ?? advertised?.tokenHeader),
                deadlineMilliseconds: patience)
            guard answer.isSwitched else { throw Self.refusal(answer, place) }
            if target.usesTLS { metrics.secured(isResumed: tls.isResumed) }
            return (stream, answer.received)
        } catch let error as LoopFailure {
            stream.close()
            let tls = (error.cause as? TLSFailure).map(\.detail)
            throw AgentFailure(.unreachable, "tunnel: \(place) broke off: \(tls ?? error.detail)")
        } catch {
            stream.close()
            throw error
        }
    }

    private func request(_ target: TunnelTarget, _ tokenHeader: String?) -> HTTPRequestHead {
        let isIPv6 = target.host.utf8.contains(0x3A)
        let host = isIPv6 ? "[\(target.host)]:\(target.port)" : "\(target.host):\(target.port)"
        return HTTPRequestHead(
            method: .get, target: TunnelProtocol.path,
            headers: HTTPHeaders([
                ("host", host), ("upgrade", TunnelProtocol.name),
                (TunnelProtocol.nodeHeader, "\(identity.nodeID)"),
                (tokenHeader ?? AgentLimits.tunnelTokenHeader, "Bearer \(identity.token.revealed)"),
                (TunnelProtocol.versionHeader, Version.current), ("x-agent-build", Version.current),
                (TunnelProtocol.bootHeader, "\(boot)"), (TunnelProtocol.sessionHeader, "\(session)"),
            ]))
    }

    /// What speaks for a control plane ends the attempt; what a proxy or another program says is about one address.
    private static func refusal(_ answer: UpgradeAnswer, _ place: String) -> any Error {
        let body = try? JSONCoder.decode(ErrorBody.self, from: answer.body)
        let status = answer.status.code
        let pause = ControlPlaneLink.pause(answer.headers["retry-after"])
        let failure = AgentFailure(
            body != nil && [401, 403, 404, 410].contains(status) ? .refused : .answer,
            "tunnel: \(place) answered \(status): \(body?.error ?? answer.status.reason)",
            retryAfterMilliseconds: pause, status: status)
        return body != nil || pause != nil ? Refusal(failure: failure) : failure
    }
}
