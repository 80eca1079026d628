/// Bounds that a text is held to while it is read, with what its aliases stand for counted each time.
public struct YAMLLimits: Sendable, Equatable {
    /// How many sequences and mappings may be open at once.
    public var maxDepth: Int
    /// How many values all documents together may have.
    public var maxValues: Int
    /// How many bytes of keys and scalars all documents together may have.
    public var maxTextBytes: Int

    /// Makes limits; what is not named keeps the standard value.
    public init(maxDepth: Int = 60, maxValues: Int = 100_000, maxTextBytes: Int = 4 << 20) {
        self.maxDepth = maxDepth
        self.maxValues = maxValues
        self.maxTextBytes = maxTextBytes
    }

    /// What fits into any body that the control plane takes.
    public static let standard = YAMLLimits()

    /// Columns of a line shown below an error.
    static let shownColumns = 80
}
