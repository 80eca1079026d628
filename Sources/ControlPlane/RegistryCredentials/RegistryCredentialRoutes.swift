import EventLoop
import Model

/// Logins at registries over HTTP.
@LoopActor
enum RegistryCredentialRoutes {
    private nonisolated static let all = "/api/v1/registry-credentials"
    private nonisolated static let one = "/api/v1/registry-credentials/{id}"

    static func routes(_ service: RegistryCredentialService) -> [APIRoute] {
        [
            APIRoute(.get, all, .operators(.configRead)) {
                (call) throws(Refusal) in try service.list(call)
            },
            APIRoute(.post, all, .operators(.configWrite)) {
                (call) throws(Refusal) in try service.create(call)
            },
            APIRoute(.get, one, .operators(.configRead)) { (call) throws(Refusal) in try service.get(call) },
            APIRoute(.put, one, .operators(.configWrite)) {
                (call) throws(Refusal) in try service.update(call)
            },
            APIRoute(.delete, one, .operators(.configWrite)) {
                (call) throws(Refusal) in try service.delete(call)
            },
        ]
    }
}
