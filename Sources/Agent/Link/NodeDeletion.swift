internal import Model

/// What a control plane tells a node that an operator deleted.
struct NodeDeletion: Decodable, Hashable, Sendable {
    /// The history in which the node was deleted.
    let epoch: Epoch
    /// What shall become of the node's containers.
    let containers: String

    /// Only this word takes containers away; whatever else is said leaves them.
    var removesContainers: Bool { containers == "remove" }
}
