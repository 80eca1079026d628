import Model

/// What one node reported to this process.
struct NodeLife: Sendable {
    /// The life of the agent that reported last.
    var bootID: BootID?
    /// Lives that another has taken over from, newest first; their late reports are ignored.
    var formerBoots: [FormerBoot] = []
    /// The newest report of this life; nil until it has reported.
    var sequence: UInt64?
    /// Whether a full report of this life was taken.
    var hasFullReport = false
    /// Whether it is in contact after a silence and has not reported since.
    var isReportMissed = false
    /// The parts of a full report that came so far.
    var gathered = GatheredReport()
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
    /// The revision with which an operator let it go on: what it says of earlier ones belongs to another history.
    var releasedRevision: UInt64 = 0
    /// The agent's version.
    var agentVersion: String?
    /// What the agent announced it knows how to do; nil while it announced nothing.
    var capabilities: Set<AgentCapability>?
    /// The words it announced them with.
    var capabilityWords: [String] = []
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

    /// Whether it still acts on what it was told before an operator let it go on.
    var actsOnFormerHistory: Bool { applied.map { $0.revision < releasedRevision } ?? false }

    /// Whether a report is newer than the newest taken; an agent that does not count is always believed.
    ///
    /// After a start of this process a late report of an ended life may come after those of the present one and
    /// look like a new life; the present one then proves itself by going on.
    func isNews(_ report: NodeReport) -> Bool {
        guard let reported = report.bootID else { return true }
        if let former = formerBoots.first(where: { $0.id == reported }) {
            return former.isNewer(report) && former.newerReports + 1 >= ClusterLimits.reportsThatProveLife
        }
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

    /// What is new of what a report says of the node itself.
    struct News {
        var ports: Bool
        var conditions: Bool
        /// Whether it acts on what it was told since an operator let it go on: its replicas prove something again.
        var history: Bool
    }

    /// Takes what a report says of the node itself, and tells what of it is new.
    mutating func takeFacts(of report: NodeReport, at now: Timestamp) -> News {
        let ports = Set(report.foreignPorts)
        let skew = conditions.first { $0.type == ClockSkew.type }
        let told = report.timestamp.map { ClockSkew.condition(sent: $0, skew, now: now) } ?? skew
        let all = report.conditions + [told].compactMap(\.self)
        var news = News(
            ports: foreignPorts != ports, conditions: conditions != all, history: actsOnFormerHistory)
        foreignPorts = ports
        conditions = all
        applied = report.applied
        if actsOnFormerHistory { news.history = false }
        return news
    }

    /// Takes one part of a full report: with the last one the whole is there, every other says only what it names.
    mutating func gather(_ report: NodeReport) -> NodeReport { gathered.take(report) }

    /// Believes nothing of what was said of replicas before the next full report.
    mutating func doubtReports() {
        hasFullReport = false
        readySince = [:]
    }

    /// Notes that it is heard from after a silence, though it has not reported.
    mutating func returned() {
        doubtReports()
        isReportMissed = true
    }

    /// Counts a report that is not believed.
    mutating func ignored(_ report: NodeReport) {
        guard let index = formerBoots.firstIndex(where: { $0.id == report.bootID }),
            formerBoots[index].isNewer(report)
        else { return }
        formerBoots[index].sequence = report.sequence
        formerBoots[index].newerReports += 1
    }

    /// Takes over who reported; a new life starts with nothing known.
    mutating func adopt(_ report: NodeReport) {
        if let old = bootID, old != report.bootID {
            formerBoots.removeAll { $0.id == report.bootID }
            formerBoots.insert(FormerBoot(id: old, sequence: sequence ?? 0), at: 0)
            if formerBoots.count > ClusterLimits.formerBoots { formerBoots.removeLast() }
            hasFullReport = false
            gathered = GatheredReport()
        }
        bootID = report.bootID
        sequence = report.sequence
        isReportMissed = false
    }
}
