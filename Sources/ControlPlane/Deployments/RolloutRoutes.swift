import EventLoop
import Model

/// Updates of deployments over HTTP.
@LoopActor
enum RolloutRoutes {
    static func routes(_ service: DeploymentService) -> [APIRoute] {
        [
            APIRoute(.post, "/api/v1/deployments/{id}/restart", .operators(.deploymentWrite)) {
                (call) throws(Refusal) in try service.restart(call)
            },
            APIRoute(.post, "/api/v1/deployments/{id}/rollback", .operators(.deploymentWrite)) {
                (call) throws(Refusal) in try service.rollBack(call)
            },
            APIRoute(.post, "/api/v1/deployments/{id}/pause", .operators(.deploymentWrite)) {
                (call) throws(Refusal) in try service.pause(call)
            },
            APIRoute(.post, "/api/v1/deployments/{id}/resume", .operators(.deploymentWrite)) {
                (call) throws(Refusal) in try service.resume(call)
            },
            APIRoute(.get, "/api/v1/deployments/{id}/revisions", .operators(.deploymentRead)) {
                (call) throws(Refusal) in try service.revisions(call)
            },
        ]
    }
}
