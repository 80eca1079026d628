/// How many replicas there are.
public enum DeploymentMode: String, Codable, Hashable, Sendable, CaseIterable {
    /// As many as declared, wherever there is room.
    case replicated
    /// One on each node that satisfies the constraints; the declared number does not matter.
    case perNode = "per_node"
}
