import ClusterCore

extension Command {
    /// Whether the cluster looks after itself with it; the reserve of space is kept for these.
    var isUpkeep: Bool {
        switch self {
        case .recordReport, .recordContact, .tick: true
        default: false
        }
    }
}
