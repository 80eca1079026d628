/// Stored rows that contradict each other: the database is damaged.
public struct ClusterLoadFailure: Error, Hashable, Sendable, CustomStringConvertible {
    /// What is wrong.
    public let description: String

    init(_ description: String) { self.description = description }
}
