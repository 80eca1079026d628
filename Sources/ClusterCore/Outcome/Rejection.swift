/// Why a command was refused; nothing has changed.
public struct Rejection: Error, Hashable, Sendable, CustomStringConvertible {
    /// The kinds of refusal.
    public enum Code: String, Hashable, Sendable, CaseIterable {
        /// There is no such node, deployment or credential.
        case notFound = "not_found"
        /// Another live one has the name.
        case nameTaken = "name_taken"
        /// The node id is in use and its credential has been used.
        case alreadyRegistered = "already_registered"
        /// The declaration has changed since it was read.
        case staleGeneration = "stale_generation"
        /// The node still has replicas.
        case holdsReplicas = "holds_replicas"
        /// Placement was required and is not possible.
        case unplaceable = "unplaceable"
        /// The declaration breaks a rule.
        case invalid = "invalid"
        /// It is more than a node can be sent.
        case payloadTooLarge = "payload_too_large"
        /// The node was deleted.
        case gone = "gone"
        /// The core distrusts its own plan.
        case internalFault = "internal_fault"
    }

    /// One broken rule.
    public struct Fault: Hashable, Sendable {
        /// The path of the field, such as `ports[0].host_port`.
        public var field: String
        /// What is wrong with it.
        public var message: String

        /// Names a broken rule.
        public init(field: String, message: String) {
            self.field = field
            self.message = message
        }
    }

    /// The kind.
    public var code: Code
    /// The reason in words.
    public var message: String
    /// Every broken rule, where there are any.
    public var faults: [Fault]
    /// What is remembered of the node, where it is gone: its agent hears whether its containers shall go as well.
    public var tombstone: NodeRow.Tombstone?

    /// Refuses.
    public init(
        _ code: Code, _ message: String, faults: [Fault] = [], tombstone: NodeRow.Tombstone? = nil
    ) {
        self.code = code
        self.message = message
        self.faults = faults
        self.tombstone = tombstone
    }

    /// The code and the reason.
    public var description: String { "\(code.rawValue): \(message)" }
}
