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

    /// Whether some file's content may change below a running container.
    public var isLive: Bool { files.contains(where: \.reload.isLive) }

    /// Whether a container made with `former` becomes one made with this by writing files anew.
    public func isReloaded(from former: ConfigContent) -> Bool {
        guard self != former else { return false }
        return isLive && madeFrom == former.madeFrom
    }

    /// What containers are made from: everything but the contents that may change below them.
    private var madeFrom: ConfigContent {
        ConfigContent(
            entries: entries,
            files: files.map { file in
                var file = file
                if file.reload.isLive { file.source = .content([]) }
                return file
            })
    }

    /// The same without sealed bytes.
    public var shown: ConfigContent { ConfigContent(entries: entries.map(\.shown), files: files) }
}
