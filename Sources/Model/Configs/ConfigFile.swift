/// One file of a config.
public struct ConfigFile: Codable, Hashable, Sendable {
    /// Where its content is.
    public enum Source: Hashable, Sendable {
        /// Here.
        case content([UInt8])
        /// On the node, in the folder for such files, at this relative path.
        case reference(String)
    }

    /// The absolute path in the container.
    public var path: String
    /// Permission bits.
    public var mode: UInt16
    /// Where its content is.
    public var source: Source
    /// How a running container gets another content.
    public var reload: ConfigReload

    /// Describes a file.
    public init(
        path: String, mode: UInt16 = ConfigLimits.fileMode, source: Source, reload: ConfigReload = .restart
    ) {
        self.path = path
        self.mode = mode
        self.source = source
        self.reload = reload
    }

    private enum CodingKeys: String, CodingKey {
        case path, mode, content, reload, signal
        case contentBase64 = "content_base64"
        case fileReference = "file_ref"
    }

    /// Reads the flat form.
    public init(from decoder: any Decoder) throws {
        let keyed = try decoder.container(keyedBy: CodingKeys.self)
        path = try keyed.decode(String.self, forKey: .path)
        let text = try keyed.decodeIfPresent(String.self, forKey: .mode)
        mode = text.flatMap(Self.mode) ?? ConfigLimits.fileMode
        if let name = try keyed.decodeIfPresent(String.self, forKey: .fileReference) {
            source = .reference(name)
        } else if let text = try keyed.decodeIfPresent(String.self, forKey: .contentBase64) {
            guard let bytes = Base64.decode(text) else {
                throw DecodingError.dataCorruptedError(
                    forKey: .contentBase64, in: keyed, debugDescription: "base64 is expected")
            }
            source = .content(bytes)
        } else {
            source = .content(Array(try keyed.decode(String.self, forKey: .content).utf8))
        }
        let kind = try keyed.decodeIfPresent(String.self, forKey: .reload).flatMap(ConfigReload.Kind.init)
        let signal = try keyed.decodeIfPresent(String.self, forKey: .signal).flatMap(ConfigReload.Signal.init)
        reload = ConfigReload(kind ?? .restart, signal: signal)
    }

    /// Writes the flat form: text as it is, other bytes as base64.
    public func encode(to encoder: any Encoder) throws {
        var keyed = encoder.container(keyedBy: CodingKeys.self)
        try keyed.encode(path, forKey: .path)
        try keyed.encode(modeText, forKey: .mode)
        switch source {
        case .reference(let name): try keyed.encode(name, forKey: .fileReference)
        case .content(let bytes):
            if let text = String(validating: bytes, as: UTF8.self) {
                try keyed.encode(text, forKey: .content)
            } else {
                try keyed.encode(Base64.encode(bytes), forKey: .contentBase64)
            }
        }
        try keyed.encode(reload.kind.rawValue, forKey: .reload)
        if case .signal(let signal) = reload { try keyed.encode(signal.rawValue, forKey: .signal) }
    }

    /// The permission bits as four octal digits.
    public var modeText: String {
        let digits = String(mode, radix: 8)
        return String(repeating: "0", count: max(0, 4 - digits.count)) + digits
    }

    /// Permission bits of three or four octal digits; nil for anything else, and for more than permissions.
    public static func mode(_ text: String) -> UInt16? {
        guard (3...4).contains(text.utf8.count), let mode = UInt16(text, radix: 8), mode <= 0o777,
            text.utf8.allSatisfy({ (0x30...0x37).contains($0) })
        else { return nil }
        return mode
    }

    /// Bytes it takes from a node's payload.
    var payloadBytes: Int {
        switch source {
        case .content(let bytes): path.utf8.count + bytes.count
        case .reference(let name): path.utf8.count + name.utf8.count
        }
    }
}
