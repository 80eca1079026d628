/// A lasting remark about an object: what is the matter, and why.
public struct Condition: Codable, Hashable, Sendable {
    /// A machine word such as `docker_down`, `crash_loop`, `unplaced`.
    public var type: String
    /// A sentence for people that says what is wrong and what happens next.
    public var message: String
    /// Since when, where known.
    public var since: Timestamp?

    /// The type by which an agent says that a revision it acts on came a second time and decided something else.
    public static let revisionConflict = "revision_conflict"

    /// Makes a remark.
    public init(type: String, message: String, since: Timestamp? = nil) {
        self.type = type
        self.message = message
        self.since = since
    }
}
