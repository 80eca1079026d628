internal import Model

/// Whether Docker can be asked, and whether its containers are known.
enum DockerLink: Hashable, Sendable {
    /// It cannot be asked.
    case unreachable(reason: String, since: Timestamp?)
    /// It answers; the first list after that is awaited and nothing is decided.
    case listing
    /// Its containers are known.
    case current

    var isUnreachable: Bool { if case .unreachable = self { true } else { false } }
}
