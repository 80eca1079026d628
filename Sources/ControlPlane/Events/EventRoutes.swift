import EventLoop
import Model

/// What happened, over HTTP.
@LoopActor
enum EventRoutes {
    static func routes(_ service: EventService) -> [APIRoute] {
        [
            APIRoute(.get, "/api/v1/events", .operators(.eventRead)) {
                (call) throws(Refusal) in try service.events(call)
            }
        ]
    }
}
