extension IdentifierTag {
    /// A named set of variables and files.
    public enum Config {}
    /// A login at a registry.
    public enum RegistryCredential {}
    /// A way from the gateway to a deployment.
    public enum IngressRoute {}
}

/// Names a config.
public typealias ConfigID = Identifier<IdentifierTag.Config>
/// Names a registry credential.
public typealias RegistryCredentialID = Identifier<IdentifierTag.RegistryCredential>
/// Names an ingress route.
public typealias IngressRouteID = Identifier<IdentifierTag.IngressRoute>

/// One version of a config: its content never changes.
public struct ConfigReference: Codable, Hashable, Sendable, Comparable, CustomStringConvertible {
    /// The config.
    public var configID: ConfigID
    /// Its version.
    public var version: UInt64

    /// Names a version.
    public init(configID: ConfigID, version: UInt64) {
        self.configID = configID
        self.version = version
    }

    private enum CodingKeys: String, CodingKey {
        case version
        case configID = "config_id"
    }

    /// `id@version`.
    public var description: String { "\(configID)@\(version)" }

    /// Orders by config, then version.
    public static func < (left: Self, right: Self) -> Bool {
        (left.configID, left.version) < (right.configID, right.version)
    }
}
