public import Model

/// Decides everything one node does with its containers; does nothing itself.
///
/// Events come in as past-tense methods, actions go out as values; the shell runs each action, in any order and
/// in parallel, and answers each with exactly one `actionFinished`. After every event the shell sets one timer
/// for `nextDeadline`. One owner, any thread, no time and no randomness of its own.
public struct NodeMachine: Sendable {
    /// Starts with what an earlier life remembered, knowing nothing of Docker.
    ///
    /// `nameSeed` is random: it makes the last part of container names.
    public init(nodeID: NodeID, settings: NodeSettings, memory: NodeMemory = NodeMemory(), nameSeed: UInt64) {}

    /// A document passed the gate and is durable; `specHash` is the keyed hash of what a replica's container is
    /// made from (resolved image, configs, ports, nonce; not the generation).
    public mutating func documentAccepted(
        _ document: DesiredStateDocument, at now: Moment, specHash: (DesiredReplica) -> String
    ) -> [NodeAction] { [] }

    /// Docker answers (again): everything is listed before anything is decided.
    public mutating func dockerBecameReachable(at now: Moment) -> [NodeAction] { [] }

    /// Docker does not answer: nothing is dead for that; running actions are given up, their results dropped.
    public mutating func dockerBecameUnreachable(reason: String, at now: Moment) -> [NodeAction] { [] }

    /// The event stream broke and events may be lost: everything is listed.
    public mutating func eventsWereInterrupted(at now: Moment) -> [NodeAction] { [] }

    /// A Docker event told of a container, ours or not.
    public mutating func containerChanged(
        _ id: ContainerID, _ change: ContainerChange, at now: Moment
    ) -> [NodeAction] { [] }

    /// An action came to its end; a result nobody waits for any more is dropped.
    public mutating func actionFinished(
        _ id: ActionID, _ result: ActionResult, at now: Moment
    ) -> [NodeAction] { [] }

    /// Time went on to `nextDeadline` or beyond.
    public mutating func timePassed(at now: Moment) -> [NodeAction] { [] }

    /// When `timePassed` is due; nil when only events can change anything.
    public var nextDeadline: MonotonicInstant? { nil }

    /// What to say of every replica, ordered by assignment; removed ones are in it until acknowledged.
    ///
    /// `sequence` is the number of the heartbeat that will carry this.
    public mutating func reports(sequence: UInt64, at now: Moment) -> [InstanceReport] { [] }

    /// The control plane acknowledged the heartbeat with this number: what it reported as removed is forgotten.
    public mutating func reportAcknowledged(sequence: UInt64) {}

    /// Changes whenever a report would say something new, so that the shell can report soon.
    public var statusVersion: UInt64 { 0 }

    /// What would be made durable now.
    public var memory: NodeMemory { NodeMemory() }

    /// The document acted on.
    public var appliedDocument: DesiredStateDocument? { nil }

    /// Whether Docker can be asked, as far as the machine knows; false also after an action failed for that.
    public var isDockerReachable: Bool { false }

    /// False only when a complete list said that no container is ours (for `DocumentGate`).
    public var mayHoldContainers: Bool { true }

    /// What is the matter with the node, for heartbeats.
    public var conditions: [Condition] { [] }

    /// How many results came too late or for nothing.
    public var staleResults: UInt64 { 0 }

    /// How many actions await their result.
    public var actionsUnderWay: Int { 0 }

    /// Images that containers of ours use or will use, by reference or id; collection of images spares them.
    public var imagesInUse: Set<String> { [] }
}
