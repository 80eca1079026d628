public import Model

/// Decides whether a document may be applied (agent design, "Epoch and revision").
public enum DocumentGate {
    /// Judges a document against the applied one.
    ///
    /// `mayHoldContainers` is for a node without a document: true unless a list said that no container is ours.
    public static func judge(
        current: DesiredStateDocument?, incoming: DesiredStateDocument, mayHoldContainers: Bool
    ) -> DocumentVerdict {
        if let current {
            if current.epoch != incoming.epoch {
                guard incoming.accepts.contains(current.epoch) else {
                    return .refuse(.foreignEpoch(incoming.epoch))
                }
            } else if incoming.revision < current.revision {
                return older(current: current, incoming: incoming)
            } else if incoming.revision == current.revision {
                guard incoming.deployments != current.deployments else { return .unchanged }
                guard decides(incoming, theSameAs: current) else {
                    return .refuse(.conflict(revision: incoming.revision))
                }
            }
        }
        return contents(current: current, incoming: incoming, mayHoldContainers: mayHoldContainers)
    }

    /// Whether two documents of one revision say that the same is to run, though perhaps in other words.
    ///
    /// A control plane of another release may write a replica otherwise: that is drift, and is put right. Which
    /// replicas there are, and at which generation, no release changes: two decisions with one number come from two
    /// histories. Whether a replica runs is derived there from what nodes report as well: refusing that could leave an
    /// update waiting for ever.
    private static func decides(_ one: DesiredStateDocument, theSameAs other: DesiredStateDocument) -> Bool {
        Set(one.deployments.map(Decision.init)) == Set(other.deployments.map(Decision.init))
    }

    /// What a revision decides of a replica.
    private struct Decision: Hashable {
        let assignmentID: AssignmentID
        let generation: UInt64
        let restartNonce: UInt64

        init(_ replica: DesiredReplica) {
            assignmentID = replica.assignmentID
            generation = replica.generation
            restartNonce = replica.restartNonce
        }
    }

    private static func older(current: DesiredStateDocument, incoming: DesiredStateDocument)
        -> DocumentVerdict
    {
        guard incoming.headRevision < current.revision else { return .ignoreOlder }
        return .refuse(.regression(head: incoming.headRevision, applied: current.revision))
    }

    private static func contents(
        current: DesiredStateDocument?, incoming: DesiredStateDocument, mayHoldContainers: Bool
    ) -> DocumentVerdict {
        let hasSomething = current.map { !$0.deployments.isEmpty } ?? mayHoldContainers
        if incoming.deployments.isEmpty, hasSomething {
            guard let emptied = incoming.emptiedBy, emptied.revision <= incoming.revision else {
                return .refuse(.emptiedWithoutCommand)
            }
        }
        var seen: Set<AssignmentID> = []
        for replica in incoming.deployments where !seen.insert(replica.assignmentID).inserted {
            return .refuse(.repeatedAssignment(replica.assignmentID))
        }
        return .accept
    }
}
