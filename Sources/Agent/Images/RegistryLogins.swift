internal import DockerEngine
internal import EventLoop
internal import Model

/// Chooses with which login an image is pulled.
@LoopActor
final class RegistryLogins {
    /// The logins of the desired state.
    var told: [DesiredSecrets.RegistryLogin] = []
    private let file: RegistryAuthFile?

    init(file: RegistryAuthFile?) { self.file = file }

    /// The named login of the desired state, else the one of the image's registry there, else the node's own.
    func login(for reference: ImageReference, named name: String?) async throws -> RegistryCredentials? {
        if let name {
            guard let login = told.first(where: { $0.name == name }) else {
                throw PreparationFailure(reasons: [
                    "registry credential '\(name)' is not in this node's desired state; is it still declared?"
                ])
            }
            return Self.credentials(login, reference)
        }
        let host = RegistryHost.canonical(reference.registry)
        if let login = told.first(where: { RegistryHost.canonical($0.host) == host }) {
            return Self.credentials(login, reference)
        }
        guard let file else { return nil }
        let registry = reference.registry
        do {
            return try await BlockingPool.run { try file.login(at: registry) }
        } catch let error where !(error is CancellationError) {
            throw PreparationFailure(reasons: [
                "FLEDX_AGENT_REGISTRY_AUTH_FILE=\(file.path) cannot be used: \(ErrorReport.render(error))"
            ])
        }
    }

    private static func credentials(
        _ login: DesiredSecrets.RegistryLogin, _ reference: ImageReference
    ) -> RegistryCredentials {
        RegistryCredentials(
            username: login.username, password: Redacted(login.password), registry: reference.registry)
    }
}
