public import Model

/// A machine joins; repeating it while the credential is unused issues a new one.
public struct RegisterNode: Hashable, Sendable {
    /// The id the agent chose; nil lets the core choose.
    public var nodeID: NodeID?
    /// The name, unique among live nodes.
    public var name: String?
    /// What the node is.
    public var inventory: Inventory
    /// The keyed hash of its credential.
    public var tokenHash: [UInt8]
    /// The request it came with.
    public var requestID: String

    /// Describes a registration.
    public init(
        nodeID: NodeID? = nil, name: String? = nil, inventory: Inventory = Inventory(), tokenHash: [UInt8],
        requestID: String
    ) {
        self.nodeID = nodeID
        self.name = name
        self.inventory = inventory
        self.tokenHash = tokenHash
        self.requestID = requestID
    }
}

/// An agent reports.
public struct RecordReport: Hashable, Sendable {
    /// The node that authenticated.
    public var nodeID: NodeID
    /// The credential it used.
    public var tokenID: TokenID?
    /// What it said.
    public var report: NodeReport

    /// Describes a report.
    public init(nodeID: NodeID, tokenID: TokenID? = nil, report: NodeReport) {
        self.nodeID = nodeID
        self.tokenID = tokenID
        self.report = report
    }
}

/// An agent gave a sign of life other than a report.
public struct RecordContact: Hashable, Sendable {
    /// The node that authenticated.
    public var nodeID: NodeID
    /// The credential it used.
    public var tokenID: TokenID?
    /// Whether it comes from the life of the agent that reported last, and says that its report still holds.
    public var standsForReport: Bool

    /// Describes a contact.
    public init(nodeID: NodeID, tokenID: TokenID? = nil, standsForReport: Bool = false) {
        self.nodeID = nodeID
        self.tokenID = tokenID
        self.standsForReport = standsForReport
    }
}

/// An operator changes what is declared of a node.
public struct UpdateNode: Hashable, Sendable {
    /// The node.
    public var nodeID: NodeID
    /// The complete new name; nil takes the name away.
    public var name: String?
    /// The operator's labels, complete.
    public var operatorLabels: [String: String]
    /// The request it came with.
    public var requestID: String

    /// Describes a change.
    public init(nodeID: NodeID, name: String?, operatorLabels: [String: String], requestID: String) {
        self.nodeID = nodeID
        self.name = name
        self.operatorLabels = operatorLabels
        self.requestID = requestID
    }
}

/// An operator removes a node.
public struct DeleteNode: Hashable, Sendable {
    /// The node.
    public var nodeID: NodeID
    /// Whether it goes although it has replicas; they are placed elsewhere where they can be.
    public var force: Bool
    /// Whether the agent shall remove its containers when it asks.
    public var removesContainers: Bool
    /// The request it came with.
    public var requestID: String

    /// Describes a removal.
    public init(nodeID: NodeID, force: Bool = false, removesContainers: Bool = false, requestID: String) {
        self.nodeID = nodeID
        self.force = force
        self.removesContainers = removesContainers
        self.requestID = requestID
    }
}

/// An operator issues another credential.
public struct IssueNodeToken: Hashable, Sendable {
    /// The node.
    public var nodeID: NodeID
    /// The keyed hash of the credential.
    public var hash: [UInt8]
    /// When it stops working; nil for never.
    public var expiresAt: Timestamp?
    /// Whether the node's other credentials stop working at once.
    public var disablesExisting: Bool
    /// The request it came with.
    public var requestID: String

    /// Describes a credential.
    public init(
        nodeID: NodeID, hash: [UInt8], expiresAt: Timestamp? = nil, disablesExisting: Bool = false,
        requestID: String = "control-plane:token"
    ) {
        self.nodeID = nodeID
        self.hash = hash
        self.expiresAt = expiresAt
        self.disablesExisting = disablesExisting
        self.requestID = requestID
    }
}

/// An operator takes a credential back.
public struct RevokeNodeToken: Hashable, Sendable {
    /// The node it speaks for.
    public var nodeID: NodeID
    /// The credential.
    public var tokenID: TokenID
    /// The request it came with.
    public var requestID: String

    /// Names a credential.
    public init(nodeID: NodeID, tokenID: TokenID, requestID: String = "control-plane:token") {
        self.nodeID = nodeID
        self.tokenID = tokenID
        self.requestID = requestID
    }
}
