import EventLoop
import HTTPServer
import Model

/// The listener for tunnels alone: what operators reach may then stand behind another address than what agents reach.
@LoopActor
final class TunnelServer {
    let port: UInt16
    private let server: HTTPServer
    private let responder: APIResponder

    init(
        _ listener: TunnelListener, _ host: ClusterHost, _ access: AccessControl, _ audit: AuditTrail,
        _ hub: TunnelHub, _ tls: ListenerTLS?, _ configuration: HTTPServerConfiguration
    ) throws(StartFailure) {
        responder = APIResponder(
            host: host, access: access, audit: audit, repetitions: Repetitions(host: host, stored: []))
        responder.mount(AgentTunnelRoutes.routes(hub) + AuthorityRoutes.routes(tls))
        server = HTTPServer(responder, configuration)
        do {
            port = try server.listenTCP(host: listener.host, port: listener.port, tls: tls?.server)
        } catch {
            throw StartFailure("cannot take tunnels on \(listener.host):\(listener.port)", cause: error)
        }
    }

    func stop() async {
        await server.stop(deadlineMilliseconds: ControlPlaneLimits.sideListenerEndMilliseconds)
    }
}
