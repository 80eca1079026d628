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
            } else if incoming.revision == current.revision, incoming.deployments == current.deployments {
                return .unchanged
            }
        }
        return contents(current: current, incoming: incoming, mayHoldContainers: mayHoldContainers)
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
