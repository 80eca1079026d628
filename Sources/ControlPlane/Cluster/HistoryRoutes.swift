import EventLoop
import Model

/// The cluster as a whole, over HTTP.
@LoopActor
enum HistoryRoutes {
    static func routes(_ service: HistoryService) -> [APIRoute] {
        [
            APIRoute(.get, "/api/v1/cluster", .operators(.nodeRead)) { (call) throws(Refusal) in
                try service.get(call)
            },
            APIRoute(.post, "/api/v1/cluster/confirm", .operators(.clusterManage)) { (call) throws(Refusal) in
                try service.confirm(call)
            },
            APIRoute(.post, "/api/v1/reachability/resume", .operators(.clusterManage)) {
                (call) throws(Refusal) in
                try service.resume(call)
            },
        ]
    }
}
