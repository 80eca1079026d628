import EventLoop
import HTTPServer
import Model

/// The second listener: `/metrics` and nothing else, under the same rules as on the first.
@LoopActor
final class MetricsServer {
    let port: UInt16
    private let server: HTTPServer
    private let responder: APIResponder

    init(
        _ listener: MetricsListener, _ host: ClusterHost, _ access: AccessControl, _ audit: AuditTrail,
        _ metrics: ControlPlaneMetrics, _ configuration: HTTPServerConfiguration
    ) throws(StartFailure) {
        responder = APIResponder(
            host: host, access: access, audit: audit, repetitions: Repetitions(host: host, stored: []))
        responder.mount(ObservabilityRoutes.scrape(metrics))
        server = HTTPServer(responder, configuration)
        do {
            port = try server.listenTCP(host: listener.host, port: listener.port)
        } catch {
            throw StartFailure("cannot serve /metrics on \(listener.host):\(listener.port)", cause: error)
        }
    }

    func stop() async {
        await server.stop(deadlineMilliseconds: ControlPlaneLimits.sideListenerEndMilliseconds)
    }
}
