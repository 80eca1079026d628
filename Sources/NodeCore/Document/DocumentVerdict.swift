public import Model

/// What becomes of a document that arrived.
public enum DocumentVerdict: Hashable, Sendable {
    /// Why a document is not taken; containers stay as they are.
    public enum Refusal: Hashable, Sendable {
        /// It comes from another history that does not name ours.
        case foreignEpoch(Epoch)
        /// The control plane itself has gone back behind what is applied.
        case regression(head: UInt64, applied: UInt64)
        /// Another document of the same revision decided something else.
        case conflict(revision: UInt64)
        /// It would take every replica away and does not say who asked for that.
        case emptiedWithoutCommand
        /// It names one assignment twice.
        case repeatedAssignment(AssignmentID)
    }

    /// Make it durable, then hand it to the machine.
    case accept
    /// It is the applied one; nothing to write, nothing to do.
    case unchanged
    /// It was overtaken on the way; drop it without a word.
    case ignoreOlder
    /// Report it and keep everything as it is.
    case refuse(Refusal)
}

extension DocumentVerdict.Refusal: CustomStringConvertible {
    /// A machine word for conditions.
    public var code: String {
        switch self {
        case .foreignEpoch: "epoch_mismatch"
        case .regression: "revision_regression"
        case .conflict: Condition.revisionConflict
        case .emptiedWithoutCommand: "empty_refused"
        case .repeatedAssignment: "document_invalid"
        }
    }

    /// A sentence for people: what, why, what next.
    public var description: String {
        switch self {
        case .foreignEpoch(let epoch):
            "desired state of epoch \(epoch) refused: this node belongs to another epoch; containers stay; "
                + "confirm the cluster on the control plane if this is intended"
        case .regression(let head, let applied):
            "desired state refused: the control plane is at revision \(head), this node applied \(applied) already; "
                + "containers stay; was an old database put back?"
        case .conflict(let revision):
            "desired state refused: its revision \(revision) is applied here with other replicas or generations; "
                + "containers stay until a higher revision comes; do two control planes use one database copy?"
        case .emptiedWithoutCommand:
            "empty desired state refused: no recorded command took the last replica away; containers stay"
        case .repeatedAssignment(let assignment):
            "desired state refused: assignment \(assignment) stands in it twice; containers stay"
        }
    }
}
