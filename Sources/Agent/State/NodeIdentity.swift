internal import Model

/// Who this node is to the control plane.
struct NodeIdentity: Sendable {
    let nodeID: NodeID
    let token: Redacted<String>
    /// The file it was read from; nil when settings gave it.
    var file: String?
}
