/// Bounds that every JSON document is held to before and while it is read.
public struct JSONLimits: Sendable, Equatable {
    /// How many arrays and objects may be open at once.
    public var maxDepth: Int
    /// How many bytes one document may have.
    public var maxBytes: Int

    /// Makes limits; what is not named keeps the standard value.
    public init(maxDepth: Int = 64, maxBytes: Int = 16 << 20) {
        self.maxDepth = maxDepth
        self.maxBytes = maxBytes
    }

    /// Depth 64 and 16 MiB, right for everything that carries its own smaller body limit.
    public static let standard = JSONLimits()

    /// Bytes that one number may have; longer ones only serve to slow a parser down.
    static let maxNumberBytes = 1024
    /// Object size up to which keys are compared one by one rather than through a hash table.
    static let linearKeys = 24
    /// The same for the pull reader, whose comparisons are cheaper.
    static let readerLinearKeys = 32
    /// Bytes of an unexpected value quoted in an error message.
    static let quotedBytes = 16
}
