/// A folder in the container that lives in memory and is empty at every start.
public struct MemoryFolder: Codable, Hashable, Sendable {
    /// Absolute path in the container.
    public var path: String
    /// The most bytes it holds; nil is half of the node's memory.
    public var sizeBytes: Int64?
    /// Its permissions in octal digits; nil is `1777`.
    public var mode: String?

    /// Puts a folder into memory.
    public init(path: String, sizeBytes: Int64? = nil, mode: String? = nil) {
        self.path = path
        self.sizeBytes = sizeBytes
        self.mode = mode
    }

    private enum CodingKeys: String, CodingKey {
        case path, mode
        case sizeBytes = "size_bytes"
    }
}
