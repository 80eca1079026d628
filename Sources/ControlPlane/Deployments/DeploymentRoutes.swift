import EventLoop
import Model

/// Deployments over HTTP.
@LoopActor
enum DeploymentRoutes {
    static func routes(_ service: DeploymentService) -> [APIRoute] {
        [
            APIRoute(.post, "/api/v1/deployments", .operators(.deploymentWrite)) {
                (call) throws(Refusal) in try service.create(call)
            },
            APIRoute(.get, "/api/v1/deployments", .operators(.deploymentRead)) {
                (call) throws(Refusal) in try service.list(call)
            },
            APIRoute(.get, "/api/v1/deployments/{id}", .operators(.deploymentRead)) {
                (call) throws(Refusal) in try service.get(call)
            },
            APIRoute(.patch, "/api/v1/deployments/{id}", .operators(.deploymentWrite)) {
                (call) throws(Refusal) in try service.patch(call)
            },
            APIRoute(.delete, "/api/v1/deployments/{id}", .operators(.deploymentWrite)) {
                (call) throws(Refusal) in try service.delete(call)
            },
        ]
    }
}
