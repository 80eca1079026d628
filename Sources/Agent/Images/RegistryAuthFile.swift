internal import DockerEngine
internal import EventLoop
internal import JSON
internal import Model

/// Logins at registries from a file as Docker's own client writes it (`config.json`).
struct RegistryAuthFile: Sendable {
    let path: String

    /// The login at a registry, or nil when the file has none; read anew each time, since tokens in it are short-lived.
    func login(at registry: String) throws -> RegistryCredentials? {
        let bytes = try FileIO.read(path, limitBytes: AgentLimits.authFileBytes)
        return try Self.login(at: registry, in: bytes)
    }

    /// Finds a login in a file's content.
    static func login(at registry: String, in bytes: [UInt8]) throws -> RegistryCredentials? {
        let wanted = RegistryHost.canonical(registry)
        let file = try JSONNode.parse(bytes)
        var isListed = false
        for entry in file["auths"]?.objectValue ?? [] where host(entry.key) == wanted {
            isListed = true
            if let login = credentials(entry.value, registry) { return login }
        }
        if let helper = helper(for: wanted, in: file, isListed: isListed) {
            throw PreparationFailure(reasons: [
                "the login at \(registry) is kept by the credential helper docker-credential-\(helper), and the agent "
                    + "runs no helpers: write an \"auth\" for \(registry) into the file, or declare the login with "
                    + "fledx registry-credentials set \(registry)"
            ])
        }
        return nil
    }

    /// The program that Docker's client would ask; a store keeps the logins that are listed without content.
    private static func helper(for wanted: String, in file: JSONNode, isListed: Bool) -> String? {
        for entry in file["credHelpers"]?.objectValue ?? [] where host(entry.key) == wanted {
            if let name = entry.value.stringValue, !name.isEmpty { return name }
        }
        guard isListed, let store = file["credsStore"]?.stringValue, !store.isEmpty else { return nil }
        return store
    }

    /// `https://index.docker.io/v1/` and `index.docker.io` are one registry.
    private static func host(_ key: String) -> String {
        var text = key[...]
        for scheme in ["https://", "http://"] where text.hasPrefix(scheme) {
            text = text.dropFirst(scheme.count)
        }
        return RegistryHost.canonical(String(text.prefix { $0 != "/" }))
    }

    private static func credentials(_ entry: JSONNode, _ registry: String) -> RegistryCredentials? {
        if let token = entry["identitytoken"]?.stringValue, !token.isEmpty {
            return RegistryCredentials(identityToken: Redacted(token), registry: registry)
        }
        if let name = entry["username"]?.stringValue, let password = entry["password"]?.stringValue {
            return RegistryCredentials(username: name, password: Redacted(password), registry: registry)
        }
        guard let bytes = entry["auth"]?.stringValue.flatMap(Base64.decode),
            let colon = bytes.firstIndex(of: UInt8(ascii: ":"))
        else { return nil }
        return RegistryCredentials(
            username: String(decoding: bytes[..<colon], as: UTF8.self),
            password: Redacted(String(decoding: bytes[(colon + 1)...], as: UTF8.self)), registry: registry)
    }
}
