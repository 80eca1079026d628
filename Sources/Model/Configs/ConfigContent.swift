/// What a config holds: variables and files, each in one order, so that equal contents are equal values.
public struct ConfigContent: Codable, Hashable, Sendable {
    /// The variables by name.
    public private(set) var entries: [ConfigEntry]
    /// The files by path.
    public private(set) var files: [ConfigFile]

    /// Collects variables and files; the order given does not matter.
    public init(entries: [ConfigEntry] = [], files: [ConfigFile] = []) {
        self.entries = entries.sorted { $0.key < $1.key }
        self.files = files.sorted { $0.path < $1.path }
    }

    /// Bytes a node that gets it is sent, names included.
    public var payloadBytes: Int {
        entries.reduce(0) { $0 + $1.payloadBytes } + files.reduce(0) { $0 + $1.payloadBytes }
    }

    /// The same without sealed bytes.
    public var shown: ConfigContent { ConfigContent(entries: entries.map(\.shown), files: files) }
}
