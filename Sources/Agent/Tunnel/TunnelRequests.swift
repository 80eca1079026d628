internal import EventLoop
internal import HTTP1
internal import HTTP2
internal import JSON
internal import Logging
internal import Model
internal import Tunnel

/// Answers what the control plane asks through the tunnel.
@LoopActor
final class TunnelRequests {
    private let driver: NodeDriver
    private let tunnel: AgentTunnel
    private let containers: ContainerAccess
    private let metrics: TunnelMetrics
    private let log: Logger
    /// What this agent says of itself.
    var view: SelfView?

    init(
        driver: NodeDriver, tunnel: AgentTunnel, containers: ContainerAccess, metrics: TunnelMetrics,
        log: Logger
    ) {
        self.driver = driver
        self.tunnel = tunnel
        self.containers = containers
        self.metrics = metrics
        self.log = log
    }

    /// Serves one stream; its end cancels whatever works for it.
    func serve(_ stream: TunnelStream) {
        StreamTask.serve(stream) { [self] in
            let kind = kind(of: stream)
            do {
                try await answer(stream, kind)
                metrics.served(kind.rawValue, "success")
            } catch let refusal as TunnelRefusal {
                metrics.served(kind.rawValue, "refused")
                try await refusal.answer(on: stream)
            } catch is CancellationError {
                metrics.served(kind.rawValue, "cancelled")
                throw CancellationError()
            } catch {
                metrics.served(kind.rawValue, "failed")
                log.debug("a stream of the tunnel failed: \(ErrorReport.render(error))")
                throw error
            }
        }
    }

    private enum Kind: String {
        case session, document, logs, exec, resize, connect, status, metrics, unknown
    }

    private func ownView() throws -> SelfView {
        guard let view else { throw TunnelRefusal(503, "not_ready", "this agent is starting") }
        return view
    }

    private func kind(of stream: TunnelStream) -> Kind {
        let path = path(of: stream)
        switch stream.request[":method"] {
        case "CONNECT": return .connect
        case "POST" where path == TunnelProtocol.sessionPath: return .session
        case "PUT" where path == TunnelProtocol.documentPath: return .document
        case "GET" where path == TunnelProtocol.statusPath: return .status
        case "GET" where path == TunnelProtocol.metricsPath: return .metrics
        case "GET" where path.hasPrefix(TunnelProtocol.containersPath) && path.hasSuffix("/logs"):
            return .logs
        case "POST" where path.hasPrefix(TunnelProtocol.containersPath) && path.hasSuffix("/exec"):
            return .exec
        case "PUT" where path.hasPrefix(TunnelProtocol.executionsPath): return .resize
        default: return .unknown
        }
    }

    private func answer(_ stream: TunnelStream, _ kind: Kind) async throws {
        switch kind {
        case .session:
            try await tunnel.serve(stream, applied: applied, hasNews: driver.hasNews)
        case .document: try await takeDocument(stream)
        case .logs: try await containers.logs(try assignment(in: stream), query(of: stream), stream)
        case .exec: try await containers.execute(try assignment(in: stream), stream)
        case .resize: try await containers.resize(segment(of: stream), stream)
        case .connect: try await containers.connect(stream)
        case .status: try await ownView().status(stream)
        case .metrics: try await ownView().metrics(stream)
        case .unknown: throw TunnelRefusal(404, "not_found", "this agent does not know what is asked")
        }
    }

    private func takeDocument(_ stream: TunnelStream) async throws {
        let body = try await stream.collect(limit: AgentLimits.documentBytes)
        let document: DesiredStateDocument
        do { document = try DesiredStateReader.decode(body) } catch {
            throw TunnelRefusal(400, "malformed", "the document cannot be read: \(error.code.rawValue)")
        }
        let isDurable = try await tunnel.pushed(document)
        guard isDurable else { throw TunnelRefusal(409, "not_applied", "the document was not applied") }
        stream.respond([HTTP2Field(":status", "200")], ends: true)
    }

    private var applied: DocumentMark? {
        driver.appliedDocument.map { DocumentMark(epoch: $0.epoch, headRevision: $0.revision) }
    }

    private func assignment(in stream: TunnelStream) throws -> AssignmentID {
        guard let id = AssignmentID(segment(of: stream)) else {
            throw TunnelRefusal(400, "malformed", "the path names no assignment")
        }
        return id
    }

    private func path(of stream: TunnelStream) -> String {
        String((stream.request[":path"] ?? "").prefix { $0 != "?" })
    }

    private func query(of stream: TunnelStream) -> RequestQuery {
        let text = (stream.request[":path"] ?? "").drop { $0 != "?" }.dropFirst()
        return RequestQuery(String(text)) ?? RequestQuery()
    }

    /// The third segment: `/v1/containers/ID/…`.
    private func segment(of stream: TunnelStream) -> String {
        var rest = path(of: stream)[...]
        for _ in 0..<3 { rest = rest.drop { $0 != "/" }.dropFirst() }
        return String(rest.prefix { $0 != "/" })
    }
}
