import EventLoop
import Model

/// Nodes over HTTP: what agents call, and what operators see.
@LoopActor
enum NodeRoutes {
    static func routes(
        nodes: NodeService, registration: RegistrationService, heartbeats: HeartbeatService,
        settings: ControlPlaneSettings
    ) -> [APIRoute] {
        [
            APIRoute(
                .post, "/api/v1/nodes/register", .registration, bodyLimit: settings.registrationBodyBytes
            ) { (call) throws(Refusal) in try registration.register(call) },
            APIRoute(
                .post, "/api/v1/nodes/{id}/heartbeats", .node, bodyLimit: settings.heartbeatBodyBytes,
                isRepeatable: false
            ) { (call) throws(Refusal) in try heartbeats.report(call)
            },
            APIRoute(.get, "/api/v1/nodes", .operators(.nodeRead)) { (call) throws(Refusal) in
                try nodes.list(call)
            },
            APIRoute(.get, "/api/v1/nodes/{id}", .operators(.nodeRead)) { (call) throws(Refusal) in
                try nodes.get(call)
            },
            APIRoute(.delete, "/api/v1/nodes/{id}", .operators(.nodeWrite)) {
                (call) throws(Refusal) in try nodes.delete(call)
            },
        ]
    }
}
