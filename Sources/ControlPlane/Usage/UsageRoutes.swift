import EventLoop
import Model

/// The use of replicas, over HTTP.
@LoopActor
enum UsageRoutes {
    static func routes(_ reports: UsageReports) -> [APIRoute] {
        [
            APIRoute(.get, "/api/v1/usage", .operators(.usageRead)) { (call) throws(Refusal) in
                try reports.query(call)
            },
            APIRoute(.get, "/api/v1/deployments/{id}/metrics", .operators(.metricsRead)) {
                (call) throws(Refusal) in try reports.samples(call)
            },
        ]
    }
}
