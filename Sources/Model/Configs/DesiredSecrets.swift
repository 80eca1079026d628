/// The part of a node's document that is never kept or shown in clear.
public struct DesiredSecrets: Codable, Hashable, Sendable {
    /// The value of one variable.
    public struct ConfigValue: Codable, Hashable, Sendable, CustomStringConvertible {
        /// The config's version.
        public var reference: ConfigReference
        /// The variable.
        public var key: String
        /// Its value.
        public var value: String

        /// Names a value.
        public init(reference: ConfigReference, key: String, value: String) {
            self.reference = reference
            self.key = key
            self.value = value
        }

        private enum CodingKeys: String, CodingKey { case key, value }

        /// Reads the flat form.
        public init(from decoder: any Decoder) throws {
            reference = try ConfigReference(from: decoder)
            let keyed = try decoder.container(keyedBy: CodingKeys.self)
            key = try keyed.decode(String.self, forKey: .key)
            value = try keyed.decode(String.self, forKey: .value)
        }

        /// Writes the flat form.
        public func encode(to encoder: any Encoder) throws {
            try reference.encode(to: encoder)
            var keyed = encoder.container(keyedBy: CodingKeys.self)
            try keyed.encode(key, forKey: .key)
            try keyed.encode(value, forKey: .value)
        }

        /// Never the value.
        public var description: String { "\(reference) \(key)=<redacted>" }
    }

    /// A login at a registry.
    public struct RegistryLogin: Codable, Hashable, Sendable, CustomStringConvertible {
        /// The credential's name.
        public var name: String
        /// The registry, as image references name it.
        public var host: String
        /// Who logs in.
        public var username: String
        /// The password or token.
        public var password: String

        /// Describes a login.
        public init(name: String, host: String, username: String, password: String) {
            self.name = name
            self.host = host
            self.username = username
            self.password = password
        }

        /// Never the password.
        public var description: String { "\(name) \(username)@\(host) <redacted>" }
    }

    /// Values of variables, by version and name.
    public var configValues: [ConfigValue]
    /// Logins at the registries of this node's images, by name.
    public var registryLogins: [RegistryLogin]

    /// Collects secrets.
    public init(configValues: [ConfigValue] = [], registryLogins: [RegistryLogin] = []) {
        self.configValues = configValues
        self.registryLogins = registryLogins
    }

    /// Whether there are none.
    public var isEmpty: Bool { configValues.isEmpty && registryLogins.isEmpty }

    private enum CodingKeys: String, CodingKey {
        case configValues = "config_values"
        case registryLogins = "registry_credentials"
    }

    /// Reads the wire form; absent parts are empty.
    public init(from decoder: any Decoder) throws {
        let keyed = try decoder.container(keyedBy: CodingKeys.self)
        configValues = try keyed.decodeIfPresent([ConfigValue].self, forKey: .configValues) ?? []
        registryLogins = try keyed.decodeIfPresent([RegistryLogin].self, forKey: .registryLogins) ?? []
    }
}
