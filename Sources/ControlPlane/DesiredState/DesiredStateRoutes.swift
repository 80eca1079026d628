import EventLoop
import Model

/// The agent's document over HTTP.
@LoopActor
enum DesiredStateRoutes {
    static func routes(_ service: DesiredStateService) -> [APIRoute] {
        [
            APIRoute(
                .get, "/api/v1/nodes/{id}/desired-state", .node, bodyLimit: 0,
                deadlineMilliseconds: ControlPlaneLimits.pollDeadlineMilliseconds
            ) { (call) throws(Refusal) in try service.desiredState(call) },
            APIRoute(.get, "/api/v1/nodes/{id}/configs", .node, bodyLimit: 0) { (call) throws(Refusal) in
                try service.configs(call)
            },
        ]
    }
}
