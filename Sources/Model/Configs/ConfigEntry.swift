/// One variable of a config.
public struct ConfigEntry: Codable, Hashable, Sendable {
    /// Where its value is.
    public enum Source: Hashable, Sendable {
        /// Here, for everybody to read.
        case value(String)
        /// On the node, under a name.
        case secretReference(String)
        /// Here, sealed by the control plane; never leaves it like this.
        case sealed([UInt8])
        /// Kept elsewhere: what operators see of a sealed one, and what a node's document says of it.
        case secret
    }

    /// The variable's name.
    public var key: String
    /// Where its value is.
    public var source: Source

    /// Describes a variable.
    public init(key: String, source: Source) {
        self.key = key
        self.source = source
    }

    private enum CodingKeys: String, CodingKey {
        case key, value, sealed, secret
        case secretReference = "secret_ref"
    }

    /// Reads the flat form; what names no source is a secret kept elsewhere.
    public init(from decoder: any Decoder) throws {
        let keyed = try decoder.container(keyedBy: CodingKeys.self)
        key = try keyed.decode(String.self, forKey: .key)
        if let value = try keyed.decodeIfPresent(String.self, forKey: .value) {
            source = .value(value)
        } else if let name = try keyed.decodeIfPresent(String.self, forKey: .secretReference) {
            source = .secretReference(name)
        } else if let text = try keyed.decodeIfPresent(String.self, forKey: .sealed) {
            guard let bytes = Base64.decode(text) else {
                throw DecodingError.dataCorruptedError(
                    forKey: .sealed, in: keyed, debugDescription: "base64 is expected")
            }
            source = .sealed(bytes)
        } else {
            source = .secret
        }
    }

    /// Writes the flat form.
    public func encode(to encoder: any Encoder) throws {
        var keyed = encoder.container(keyedBy: CodingKeys.self)
        try keyed.encode(key, forKey: .key)
        switch source {
        case .value(let value): try keyed.encode(value, forKey: .value)
        case .secretReference(let name): try keyed.encode(name, forKey: .secretReference)
        case .sealed(let bytes): try keyed.encode(Base64.encode(bytes), forKey: .sealed)
        case .secret: try keyed.encode(true, forKey: .secret)
        }
    }

    /// The same variable as others may see it: without sealed bytes.
    public var shown: ConfigEntry {
        if case .sealed = source { ConfigEntry(key: key, source: .secret) } else { self }
    }

    /// Bytes it takes from a node's payload.
    var payloadBytes: Int {
        switch source {
        case .value(let value): key.utf8.count + value.utf8.count
        case .secretReference(let name): key.utf8.count + name.utf8.count
        case .sealed(let bytes): key.utf8.count + bytes.count
        case .secret: key.utf8.count
        }
    }
}
