/// One version of a config as a node is told.
public struct DesiredConfig: Codable, Hashable, Sendable {
    /// Which version.
    public var reference: ConfigReference
    /// The config's name.
    public var name: String
    /// What it holds; values that were sealed stand in the document's secret section.
    public var content: ConfigContent

    /// Describes a version.
    public init(reference: ConfigReference, name: String, content: ConfigContent) {
        self.reference = reference
        self.name = name
        self.content = content
    }

    private enum CodingKeys: String, CodingKey { case name }

    /// Reads the flat form.
    public init(from decoder: any Decoder) throws {
        reference = try ConfigReference(from: decoder)
        content = try ConfigContent(from: decoder)
        name = try decoder.container(keyedBy: CodingKeys.self).decode(String.self, forKey: .name)
    }

    /// Writes the flat form.
    public func encode(to encoder: any Encoder) throws {
        try reference.encode(to: encoder)
        var keyed = encoder.container(keyedBy: CodingKeys.self)
        try keyed.encode(name, forKey: .name)
        try content.encode(to: encoder)
    }
}
