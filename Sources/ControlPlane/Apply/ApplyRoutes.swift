import EventLoop
import Model

/// Several declarations at once over HTTP.
@LoopActor
enum ApplyRoutes {
    static func routes(_ service: ApplyService) -> [APIRoute] {
        [
            APIRoute(.post, "/api/v1/apply", .operators(.deploymentWrite)) {
                (call) throws(Refusal) in try service.apply(call)
            }
        ]
    }
}
