public import EventLoop
import Testing

/// An image that a daemon must pull from a registry that accepts connections and answers none.
@LoopActor
public final class HungPull {
    /// The image's name.
    public nonisolated let image: String
    private let registry: PrivateRegistry

    /// Makes one of an image of the daemon; nil, after a counted skip, where no registry can run.
    public static func of(_ image: String, on docker: PrivateDocker) async throws -> HungPull? {
        guard PrivateDocker.path(of: "docker-registry") != nil else {
            TestEnvironment.skip("registry tests need docker-registry (Debian: docker-registry)")
            return nil
        }
        let registry = try await PrivateRegistry.start()
        do {
            let name = try await registry.push(image, from: docker, repository: "hung", tag: "1")
            try await docker.call("DELETE", "/images/\(name)")
            try registry.freeze()
            return HungPull(image: name, registry: registry)
        } catch {
            registry.end()
            throw error
        }
    }

    private init(image: String, registry: PrivateRegistry) {
        self.image = image
        self.registry = registry
    }

    /// Lets the pull go on.
    public func thaw() throws { try registry.thaw() }

    /// Ends the registry.
    public func end() { registry.end() }
}
