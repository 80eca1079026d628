public import Model

/// An operator opens, cordons or drains a node; saying it again changes nothing.
public struct SetNodeAvailability: Hashable, Sendable {
    /// The node.
    public var nodeID: NodeID
    /// What it shall be.
    public var availability: NodeAvailability
    /// The request it came with.
    public var requestID: String

    /// Describes a change.
    public init(nodeID: NodeID, availability: NodeAvailability, requestID: String) {
        self.nodeID = nodeID
        self.availability = availability
        self.requestID = requestID
    }
}
