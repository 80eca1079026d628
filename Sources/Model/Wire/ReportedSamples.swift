/// The samples of one report.
///
/// They travel with it but are no part of what a node is: who keeps the report need not keep them.
public struct ReportedSamples: Hashable, Sendable {
    /// What was measured, by replica.
    public var byReplica: [ReplicaKey: [ResourceSample]]
    /// Whether byte counters tell what came since the sample before; else they count from the container's start.
    public var countersAreDeltas: Bool
    /// Samples that could not be read or were beyond what one report may carry.
    public var unreadable: Int

    /// Puts samples together.
    public init(
        byReplica: [ReplicaKey: [ResourceSample]] = [:], countersAreDeltas: Bool = false, unreadable: Int = 0
    ) {
        self.byReplica = byReplica
        self.countersAreDeltas = countersAreDeltas
        self.unreadable = unreadable
    }

    /// Whether there is none, not even an unreadable one.
    public var isEmpty: Bool { byReplica.isEmpty && unreadable == 0 }
    /// How many there are.
    public var count: Int { byReplica.values.reduce(0) { $0 + $1.count } }
}
