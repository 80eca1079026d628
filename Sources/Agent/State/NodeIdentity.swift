internal import Model

/// Who this node is to the control plane.
struct NodeIdentity: Sendable {
    let nodeID: NodeID
    let token: Redacted<String>
}
