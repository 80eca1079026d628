import Model

/// A life of an agent that another life has taken over from, as far as this process can tell.
struct FormerBoot: Hashable, Sendable {
    var id: BootID
    /// The newest report of it.
    var sequence: UInt64
    /// Newer reports since it was taken over from; a life that goes on is not over.
    var newerReports = 0

    func isNewer(_ report: NodeReport) -> Bool { report.sequence > sequence }
}
