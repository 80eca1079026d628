public import Model

/// What the file system knows about a path.
public struct FileStatus: Sendable, Hashable {
    /// The kinds of files daemons tell apart.
    public enum Kind: Sendable { case file, folder, socket, link, other }

    /// The kind of file; a link is not followed.
    public let kind: Kind
    /// The size in bytes.
    public let sizeBytes: Int64
    /// Permission bits, `0o7777`.
    public let mode: UInt32
    /// The owner's user id.
    public let owner: UInt32
    /// When the content last changed.
    public let modified: Timestamp
}
