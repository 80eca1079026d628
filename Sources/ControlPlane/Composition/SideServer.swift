import EventLoop
import HTTPServer
import Model

/// A listener beside the API's that has some routes and nothing else, under the same rules.
///
/// There is one for `/metrics` and one for tunnels: what operators reach may then stand behind another address.
@LoopActor
final class SideServer {
    let port: UInt16
    private let server: HTTPServer
    private let responder: APIResponder

    /// Listens; `purpose` is what fails when it cannot, such as "serve /metrics".
    init(
        to purpose: String, on host: String, _ port: UInt16, _ routes: [APIRoute], _ responder: APIResponder,
        tls: ServerTLS? = nil, _ configuration: HTTPServerConfiguration
    ) throws(StartFailure) {
        self.responder = responder
        responder.mount(routes)
        server = HTTPServer(responder, configuration)
        do {
            self.port = try server.listenTCP(host: host, port: port, tls: tls)
        } catch {
            throw StartFailure("cannot \(purpose) on \(host):\(port)", cause: error)
        }
    }

    func stop() async {
        await server.stop(deadlineMilliseconds: ControlPlaneLimits.sideListenerEndMilliseconds)
    }
}
