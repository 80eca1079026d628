/// What a migration run did.
public struct MigrationReport: Sendable, Equatable {
    /// The schema's number before; 0 for a new database.
    public let previous: Int
    /// The schema's number now.
    public let current: Int
    /// The migrations that ran, in order.
    public let applied: [Migration]
    /// Where the copy of the database as it was lies; nil when nothing had to be kept.
    public let copyPath: String?
}
