import EventLoop
import Model

/// Who did what, over HTTP.
@LoopActor
enum AuditRoutes {
    static func routes(_ service: AuditService) -> [APIRoute] {
        ["/api/v1/audit", "/api/v1/logs"].map { pattern in
            APIRoute(.get, pattern, .operators(.auditLogRead)) {
                (call) throws(Refusal) in try service.list(call)
            }
        }
    }
}
