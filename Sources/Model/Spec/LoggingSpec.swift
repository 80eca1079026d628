/// How much of the container's output the node keeps.
public struct LoggingSpec: Codable, Hashable, Sendable {
    /// Bytes of one log file.
    public var maxSizeBytes: Int64
    /// How many log files there are, the one written to included.
    public var maxFiles: Int

    /// Keeps three files of ten mebibytes unless said otherwise.
    public init(
        maxSizeBytes: Int64 = SpecLimits.defaultLogBytes, maxFiles: Int = SpecLimits.defaultLogFiles
    ) {
        self.maxSizeBytes = maxSizeBytes
        self.maxFiles = maxFiles
    }

    private enum CodingKeys: String, CodingKey {
        case maxSizeBytes = "max_size_bytes"
        case maxFiles = "max_files"
    }

    /// Reads the wire form; absent keys take the contract's defaults.
    public init(from decoder: any Decoder) throws {
        let keyed = try decoder.container(keyedBy: CodingKeys.self)
        maxSizeBytes =
            try keyed.decodeIfPresent(Int64.self, forKey: .maxSizeBytes) ?? SpecLimits.defaultLogBytes
        maxFiles = try keyed.decodeIfPresent(Int.self, forKey: .maxFiles) ?? SpecLimits.defaultLogFiles
    }
}
