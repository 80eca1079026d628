public import Model

/// The whole cluster in memory, and every decision about it.
///
/// A value: it does no I/O, reads no clock and makes no random number; time and identifiers are arguments.
/// Stored state is exactly its rows (`init(loading:settings:)` rebuilds it); what agents reported to this process
/// is volatile, and a node that has not reported yet is *unknown*.
/// Commands are all-or-nothing: a refused one has changed nothing.
public struct Cluster: Sendable {
    /// What an operator set.
    public let settings: ClusterSettings
    /// Everything stored.
    var tables: ClusterTables
    /// What nodes reported to this process.
    var live: [NodeID: NodeLife] = [:]
    /// Keeps replicas where they are while many nodes are missing at once.
    var brake = MassLossBrake()
    /// Whether something changed that may give a waiting replica a place or let a rollout go on.
    var hasWork = true
    /// When updates last made progress.
    var pulses: [DeploymentID: RolloutPulse] = [:]
    /// When the last command came: what is said in between is said of that moment.
    var lastNow = MonotonicInstant(milliseconds: 0)
    /// When a tick has something to do although nobody reports anything; nil when time alone changes nothing.
    public internal(set) var workDue: MonotonicInstant?
    /// What the scheduler asks of every node, kept from command to command.
    var nodeIndex = NodeIndex()
    /// The newest document of each node as it was loaded, until the node has reported to this process: what its agent
    /// acts on is compared with that, and it is told nothing before.
    var unheard: [NodeID: UInt64] = [:]
    /// When this process gave its first command.
    var startedAt: MonotonicInstant?
    /// When nodes that have not reported to this process were last in contact with it.
    var contacts: [NodeID: Moment] = [:]
    /// When last-seen times were last written.
    var lastSeenWritten: MonotonicInstant?
    /// When uses of credentials were last written.
    var tokenUsesWritten: MonotonicInstant?
    /// When credentials were used since then.
    ///
    /// Written all at once: nodes report at all times, and each write of its own would cost a page of the disk.
    var tokenUses: [TokenID: Timestamp] = [:]

    /// Rebuilds the cluster from its rows.
    public init(loading snapshot: ClusterSnapshot, settings: ClusterSettings) throws(ClusterLoadFailure) {
        self.settings = settings
        tables = try ClusterTables(loading: snapshot)
        for (id, row) in tables.nodes {
            nodeIndex.markStanding(id)
            // Also one that this database has told nothing: an older copy does not know of what came later.
            if row.tombstone == nil { unheard[id] = row.revision }
        }
    }

    /// Carries a command out, or refuses it and changes nothing.
    public mutating func apply(
        _ command: Command, now: Moment, ids: inout some IDSource
    ) throws(Rejection) -> Outcome {
        lastNow = now.monotonic
        if startedAt == nil { startedAt = now.monotonic }
        var change = ChangeSet(requestID: command.requestID, now: now)
        do throws(Rejection) {
            let reply = try run(command, &change, &ids)
            return finish(&change, reply)
        } catch {
            undo(change)
            throw error
        }
    }

    /// Tells what a declaration would do, and changes nothing (`dry_run`); meant for operators' commands.
    public func rehearse(
        _ command: Command, now: Moment, ids: inout some IDSource
    ) throws(Rejection) -> Outcome {
        var copy = self
        return try copy.apply(command, now: now, ids: &ids)
    }

    /// What is due after a start or a reload: every effect that may have been lost with the last process.
    public func resumed(now: Moment) -> [Effect] {
        var effects: [Effect] = tables.nodes.values.filter { $0.tombstone == nil && $0.revision > 0 }
            .sorted { $0.ordinal < $1.ordinal }.map { .desiredStateChanged($0.id) }
        effects.append(.tickWanted)
        return effects
    }

    private mutating func run(
        _ command: Command, _ change: inout ChangeSet, _ ids: inout some IDSource
    ) throws(Rejection) -> Reply {
        switch command {
        case .registerNode(let payload): try registerNode(payload, &change, &ids)
        case .recordReport(let payload): try recordReport(payload, &change, &ids)
        case .recordContact(let payload): try recordContact(payload, &change)
        case .updateNode(let payload): try updateNode(payload, &change)
        case .setNodeAvailability(let payload): try setNodeAvailability(payload, &change)
        case .confirmHistory(let payload): try confirmHistory(payload, &change)
        case .beginHistory: beginHistory(&change, &ids)
        case .deleteNode(let payload): try deleteNode(payload, &change, &ids)
        case .issueNodeToken(let payload): try issueNodeToken(payload, &change, &ids)
        case .revokeNodeToken(let payload): try revokeNodeToken(payload, &change)
        case .createDeployment(let payload): try createDeployment(payload, &change, &ids)
        case .patchDeployment(let payload): try patchDeployment(payload, &change, &ids)
        case .restartDeployment(let payload): try restartDeployment(payload, &change, &ids)
        case .rollBackDeployment(let payload): try rollBackDeployment(payload, &change, &ids)
        case .pauseDeployment(let payload): try pauseDeployment(payload, &change)
        case .resumeDeployment(let payload): try resumeDeployment(payload, &change, &ids)
        case .deleteDeployment(let payload): try deleteDeployment(payload, &change)
        case .createConfig(let payload): try createConfig(payload, &change, &ids)
        case .updateConfig(let payload): try updateConfig(payload, &change, &ids)
        case .deleteConfig(let payload): try deleteConfig(payload, &change, &ids)
        case .setConfigAttachment(let payload): try setConfigAttachment(payload, &change, &ids)
        case .putRegistryCredential(let payload): try putRegistryCredential(payload, &change, &ids)
        case .deleteRegistryCredential(let payload): try deleteRegistryCredential(payload, &change)
        case .putIngressRoute(let payload): try putIngressRoute(payload, &change, &ids)
        case .deleteIngressRoute(let payload): try deleteIngressRoute(payload, &change)
        case .applyDeclarations(let payload): try applyDeclarations(payload, &change, &ids)
        case .releaseMassLossBrake: releaseMassLossBrake(&change)
        case .tick: tick(&change, &ids)
        }
    }
}
