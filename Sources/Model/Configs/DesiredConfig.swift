/// One version of a config as a node is told.
public struct DesiredConfig: Codable, Hashable, Sendable {
    /// Which version.
    public var reference: ConfigReference
    /// The version whose containers become this one's by writing files anew; the version itself where none do.
    public var containerVersion: UInt64
    /// The config's name.
    public var name: String
    /// What it holds; values that were sealed stand in the document's secret section.
    public var content: ConfigContent

    /// Describes a version.
    public init(
        reference: ConfigReference, name: String, content: ConfigContent, containerVersion: UInt64? = nil
    ) {
        self.reference = reference
        self.containerVersion = containerVersion ?? reference.version
        self.name = name
        self.content = content
    }

    private enum CodingKeys: String, CodingKey {
        case name
        case containerVersion = "container_version"
    }

    /// Reads the flat form.
    public init(from decoder: any Decoder) throws {
        reference = try ConfigReference(from: decoder)
        content = try ConfigContent(from: decoder)
        let keyed = try decoder.container(keyedBy: CodingKeys.self)
        name = try keyed.decode(String.self, forKey: .name)
        containerVersion =
            try keyed.decodeIfPresent(UInt64.self, forKey: .containerVersion) ?? reference.version
    }

    /// What a container made with it is known by: the config, and the version since which containers are the same.
    public var made: ConfigReference {
        ConfigReference(configID: reference.configID, version: containerVersion)
    }

    /// Writes the flat form.
    public func encode(to encoder: any Encoder) throws {
        try reference.encode(to: encoder)
        var keyed = encoder.container(keyedBy: CodingKeys.self)
        try keyed.encode(name, forKey: .name)
        if containerVersion != reference.version {
            try keyed.encode(containerVersion, forKey: .containerVersion)
        }
        try content.encode(to: encoder)
    }
}
