import EventLoop
import Model

/// Ingress routes over HTTP.
@LoopActor
enum IngressRouteRoutes {
    private nonisolated static let all = "/api/v1/ingress-routes"
    private nonisolated static let one = "/api/v1/ingress-routes/{id}"

    static func routes(_ service: IngressRouteService) -> [APIRoute] {
        [
            APIRoute(.get, all, .operators(.ingressRouteRead)) {
                (call) throws(Refusal) in try service.list(call)
            },
            APIRoute(.post, all, .operators(.ingressRouteWrite)) {
                (call) throws(Refusal) in try service.create(call)
            },
            APIRoute(.get, one, .operators(.ingressRouteRead)) {
                (call) throws(Refusal) in try service.get(call)
            },
            APIRoute(.put, one, .operators(.ingressRouteWrite)) {
                (call) throws(Refusal) in try service.update(call)
            },
            APIRoute(.delete, one, .operators(.ingressRouteWrite)) {
                (call) throws(Refusal) in try service.delete(call)
            },
        ]
    }
}
