import EventLoop
import Model
import Tunnel

/// What reaches into a node, over HTTP: everything here needs the node's tunnel.
@LoopActor
enum TunnelRoutes {
    static func routes(_ service: TunnelService) -> [APIRoute] {
        [
            APIRoute(.get, "/api/v1/deployments/{id}/logs", .operators(.deploymentLogs)) {
                (call) throws(Refusal) in try service.logs(call)
            },
            APIRoute(
                .post, "/api/v1/deployments/{id}/exec", .operators(.deploymentExec),
                deadlineMilliseconds: ControlPlaneLimits.execMilliseconds, isRepeatable: false
            ) {
                (call) throws(Refusal) in try service.exec(call)
            },
            APIRoute(
                .get, "/api/v1/deployments/{id}/port-forward", .operators(.deploymentExec),
                isRepeatable: false
            ) {
                (call) throws(Refusal) in try service.forwardPort(call)
            },
            APIRoute(.get, "/api/v1/nodes/{id}/status", .operators(.nodeRead)) { (call) throws(Refusal) in
                try service.ask(call, TunnelProtocol.statusPath, type: "application/json")
            },
            APIRoute(.get, "/api/v1/nodes/{id}/metrics", .operators(.nodeRead)) { (call) throws(Refusal) in
                try service.ask(
                    call, TunnelProtocol.metricsPath, type: "text/plain; version=0.0.4; charset=utf-8")
            },
        ] + relayMethods.flatMap { relay($0, service) }
    }

    /// The methods a relay passes on; HEAD goes where GET goes.
    static let relayMethods: [HTTPMethod] = [.get, .post, .put, .patch, .delete, .options]

    private static func relay(_ method: HTTPMethod, _ service: TunnelService) -> [APIRoute] {
        [
            APIRoute(
                method, "/relay/{node}/{deployment}/{port}/{path...}", .operators(.relayUse),
                deadlineMilliseconds: ControlPlaneLimits.relayMilliseconds, isRepeatable: false,
                streamsBody: true
            ) { (call) throws(Refusal) in try service.relayToContainer(call) },
            APIRoute(
                method, "/relay/{node}/-/{path...}", .operators(.relayUse),
                deadlineMilliseconds: ControlPlaneLimits.relayMilliseconds, isRepeatable: false,
                streamsBody: true
            ) { (call) throws(Refusal) in try service.relayToAgent(call) },
        ]
    }
}
