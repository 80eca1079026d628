/// The versions of a config that are kept.
public struct ConfigVersionList: Codable, Hashable, Sendable {
    /// Newest first.
    public var items: [ConfigVersionView]

    /// Lists versions.
    public init(items: [ConfigVersionView]) { self.items = items }
}

/// One version of a config.
public struct ConfigVersionView: Codable, Hashable, Sendable {
    /// Its number.
    public var version: UInt64
    /// The config's name then.
    public var name: String
    /// Whether it is what is declared now.
    public var isNewest: Bool
    /// How many kept revisions of deployments and replicas name it.
    public var uses: Int
    /// How many variables it has.
    public var entryCount: Int
    /// How many files it has.
    public var fileCount: Int
    /// When it was declared.
    public var createdAt: Timestamp

    /// Describes a version.
    public init(
        version: UInt64, name: String, isNewest: Bool, uses: Int, entryCount: Int, fileCount: Int,
        createdAt: Timestamp
    ) {
        self.version = version
        self.name = name
        self.isNewest = isNewest
        self.uses = uses
        self.entryCount = entryCount
        self.fileCount = fileCount
        self.createdAt = createdAt
    }

    private enum CodingKeys: String, CodingKey {
        case version, name, uses
        case isNewest = "newest"
        case entryCount = "entry_count"
        case fileCount = "file_count"
        case createdAt = "created_at"
    }
}
