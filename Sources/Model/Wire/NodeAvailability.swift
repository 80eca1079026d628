/// Whether a node is given replicas, as an operator wants it.
public enum NodeAvailability: String, Codable, Hashable, Sendable, CaseIterable {
    /// It takes part.
    case open
    /// It keeps what it has and gets nothing new.
    case cordoned
    /// What it has moves away, and it gets nothing new.
    case draining
}
