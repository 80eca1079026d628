import EventLoop
import Model

/// The three kinds of tokens over HTTP.
@LoopActor
enum TokenRoutes {
    static func routes(
        operators: OperatorTokenService, registrations: RegistrationTokenService, nodes: NodeTokenService
    ) -> [APIRoute] {
        [
            APIRoute(.get, "/api/v1/operator-tokens", .operators(.operatorTokenManage)) {
                (call) throws(Refusal) in try operators.list(call)
            },
            APIRoute(.post, "/api/v1/operator-tokens", .operators(.operatorTokenManage)) {
                (call) throws(Refusal) in try operators.create(call)
            },
            APIRoute(.delete, "/api/v1/operator-tokens/{id}", .operators(.operatorTokenManage)) {
                (call) throws(Refusal) in try operators.revoke(call)
            },
            APIRoute(.get, "/api/v1/registration-tokens", .operators(.registrationTokenManage)) {
                (call) throws(Refusal) in try registrations.list(call)
            },
            APIRoute(.post, "/api/v1/registration-tokens", .operators(.registrationTokenManage)) {
                (call) throws(Refusal) in try registrations.create(call)
            },
            APIRoute(.delete, "/api/v1/registration-tokens/{id}", .operators(.registrationTokenManage)) {
                (call) throws(Refusal) in try registrations.revoke(call)
            },
            APIRoute(.get, "/api/v1/nodes/{id}/tokens", .operators(.nodeTokenRotate)) {
                (call) throws(Refusal) in try nodes.list(call)
            },
            APIRoute(.post, "/api/v1/nodes/{id}/tokens", .operators(.nodeTokenRotate)) {
                (call) throws(Refusal) in try nodes.issue(call)
            },
            APIRoute(.delete, "/api/v1/nodes/{id}/tokens/{token_id}", .operators(.nodeTokenRotate)) {
                (call) throws(Refusal) in try nodes.revoke(call)
            },
        ]
    }
}
