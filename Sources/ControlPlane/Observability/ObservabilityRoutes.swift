import EventLoop
import Model

/// How the control plane does, over HTTP.
@LoopActor
enum ObservabilityRoutes {
    static func routes(health: HealthService, metrics: ControlPlaneMetrics) -> [APIRoute] {
        [
            APIRoute(.get, "/health", .open) { (call) throws(Refusal) in try health.health(call) },
            APIRoute(.get, "/livez", .open, isStateless: true) {
                (call) throws(Refusal) in try health.live(call)
            },
            APIRoute(.get, "/readyz", .open, isStateless: true) {
                (call) throws(Refusal) in try health.ready(call)
            },
            APIRoute(.get, "/api/v1/metrics/summary", .operators(.metricsRead)) { (call) throws(Refusal) in
                try metrics.requests.summary(call)
            },
        ] + scrape(metrics)
    }

    /// What a scraper needs, and nothing else.
    static func scrape(_ metrics: ControlPlaneMetrics) -> [APIRoute] {
        [APIRoute(.get, "/metrics", .metrics) { (call) throws(Refusal) in try metrics.render(call) }]
    }
}
