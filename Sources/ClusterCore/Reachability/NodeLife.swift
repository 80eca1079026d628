import Model

/// What one node reported to this process.
struct NodeLife: Sendable {
    /// The life of the agent that reported last.
    var bootID: BootID?
    /// Earlier lives, newest first; their late reports are ignored.
    var formerBoots: [BootID] = []
    /// The newest report of this life; nil until it has reported.
    var sequence: UInt64?
    /// Whether a full report of this life was taken.
    var hasFullReport = false
    /// When the node was last heard from.
    var lastSeen: Moment
    /// What is thought of it.
    var status: NodeStatus
    /// What it last said of itself.
    var selfStatus: NodeSelfStatus
    /// When it became unreachable.
    var lostAt: MonotonicInstant?
    /// What it says is the matter.
    var conditions: [Condition] = []
    /// Ports taken by others.
    var foreignPorts: Set<UInt16> = []
    /// The document the agent acts on.
    var applied: NodeReport.Applied?
    /// The agent's version.
    var agentVersion: String?
    /// What the agent announced it knows how to do; nil while it announced nothing.
    var capabilities: Set<AgentCapability>?
    /// Milliseconds of silence that make it unreachable.
    var staleMilliseconds: Int64
    /// Whether the agent's version is outside the window: its replicas are never moved, since nothing could take
    /// them away from it.
    var isIncompatible = false
    /// Containers it reports that no row knows.
    var strangers: [AssignmentID: InstanceReport] = [:]
    /// What it said of its placements.
    var instances: [AssignmentID: InstanceReport] = [:]
    /// Since when its placements run without a break, by this process's clock.
    var readySince: [AssignmentID: MonotonicInstant] = [:]

    /// What is thought of it while it is heard from.
    var standing: NodeStatus {
        if isIncompatible { return .incompatible }
        return selfStatus == .ready ? .ready : .error
    }

    /// Whether a report is newer than the newest taken; an agent that does not count is always believed.
    func isNews(_ report: NodeReport) -> Bool {
        guard let reported = report.bootID else { return true }
        if formerBoots.contains(reported) { return false }
        guard bootID == reported, let sequence else { return true }
        return report.sequence > sequence
    }

    /// Notes a sign of life, and what is thought of the node now.
    mutating func heard(
        at now: Moment, selfStatus: NodeSelfStatus, version: String?, _ window: AgentWindow?
    ) {
        lastSeen = now
        self.selfStatus = selfStatus
        lostAt = nil
        if let version, version != agentVersion {
            agentVersion = version
            isIncompatible = window?.serves(version) == false
        }
        status = standing
    }

    /// Takes what a report says of the node itself, and tells what of it is new.
    mutating func takeFacts(of report: NodeReport) -> (ports: Bool, conditions: Bool) {
        let ports = Set(report.foreignPorts)
        let news = (ports: foreignPorts != ports, conditions: conditions != report.conditions)
        foreignPorts = ports
        conditions = report.conditions
        applied = report.applied
        return news
    }

    /// Takes over who reported; a new life starts with nothing known.
    mutating func adopt(_ report: NodeReport) {
        if let old = bootID, old != report.bootID {
            formerBoots.insert(old, at: 0)
            if formerBoots.count > ClusterLimits.formerBoots { formerBoots.removeLast() }
            hasFullReport = false
        }
        bootID = report.bootID
        sequence = report.sequence
    }
}
