public import Model

/// An operator lets agents of another history take this one's documents, having seen what would change.
public struct ConfirmHistory: Hashable, Sendable {
    /// The history they act in.
    public var epoch: Epoch
    /// Only these nodes; nil means every node of that history.
    public var nodeIDs: [NodeID]?
    /// The request it came with.
    public var requestID: String

    /// Names a history.
    public init(epoch: Epoch, nodeIDs: [NodeID]? = nil, requestID: String) {
        self.epoch = epoch
        self.nodeIDs = nodeIDs
        self.requestID = requestID
    }
}
