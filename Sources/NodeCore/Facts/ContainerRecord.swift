internal import Model

/// One container of ours with what the machine knows beyond Docker's word.
struct ContainerRecord: Hashable, Sendable {
    var observed: ObservedContainer
    var identity: ContainerIdentity
    /// The logical time of the newest word about it; older lists and inspections are not believed.
    var touched: UInt64
    /// Whether a run is under way whose end has not been counted yet.
    var isAttemptOpen: Bool
    /// Whether we stopped it, so that its end says nothing about the program.
    var stoppedByUs = false
    /// Whether the start under way, or the last one, followed an end that we did not ask for.
    var isRestart = false
    /// Whether it was found and not made by this life of the agent: its next failure may be what an earlier life left
    /// half done (a start or a stop that was under way when it died), and proves nothing against its generation.
    var isInherited = false
    /// Whether its run is one that this life of the agent found: what was started or seen to start since is not.
    var isFoundRunning = false
    /// Whether two words contradicted each other; nothing is decided until an inspection answers.
    var isUncertain = false
    /// Whether a probe demands that it is stopped and started anew.
    var isCondemned = false
    /// What its probes say of the run under way; nil without probes.
    var health: ContainerHealth?
    /// Since when it is seen running.
    var runningSince: MonotonicInstant?
    /// When its first start was asked for, or it was first seen alive; an outage of Docker begins it anew.
    var trialSince: MonotonicInstant?

    /// Which live versions of configs its files hold; nil when that is not known.
    var live: [ConfigReference]?
    /// Which ones the reload under way writes.
    var liveUnderWay: [ConfigReference]?

    var id: ContainerID { observed.id }
    var state: ContainerRunState { observed.state }
    var specHash: String { identity.specHash }
}
