import EventLoop
import Model

/// Configs over HTTP.
@LoopActor
enum ConfigRoutes {
    private nonisolated static let all = "/api/v1/configs"
    private nonisolated static let one = "/api/v1/configs/{id}"

    static func routes(_ service: ConfigService) -> [APIRoute] {
        [
            APIRoute(.get, all, .operators(.configRead)) {
                (call) throws(Refusal) in try service.list(call)
            },
            APIRoute(.post, all, .operators(.configWrite)) {
                (call) throws(Refusal) in try service.create(call)
            },
            APIRoute(.get, one, .operators(.configRead)) { (call) throws(Refusal) in try service.get(call) },
            APIRoute(.get, "\(one)/versions", .operators(.configRead)) {
                (call) throws(Refusal) in try service.versions(call)
            },
            APIRoute(.put, one, .operators(.configWrite)) {
                (call) throws(Refusal) in try service.update(call)
            },
            APIRoute(.delete, one, .operators(.configWrite)) {
                (call) throws(Refusal) in try service.delete(call)
            },
        ] + attachments("\(one)/deployments/{deployment_id}", service)
            + attachments("\(one)/nodes/{node_id}", service)
    }

    private static func attachments(_ pattern: String, _ service: ConfigService) -> [APIRoute] {
        [
            APIRoute(.post, pattern, .operators(.configWrite)) {
                (call) throws(Refusal) in try service.setAttachment(call, true)
            },
            APIRoute(.delete, pattern, .operators(.configWrite)) {
                (call) throws(Refusal) in try service.setAttachment(call, false)
            },
        ]
    }
}
