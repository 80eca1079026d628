/// Which agents are given work.
public struct AgentWindow: Sendable {
    /// The oldest one.
    public let oldest: SemanticVersion
    /// The newest one.
    public let newest: SemanticVersion
    /// Whether others are refused their desired state.
    public let isEnforced: Bool

    /// Whether an agent that says this of itself is served; one that says nothing is taken for a tool.
    public func serves(_ version: String?) -> Bool {
        guard isEnforced, let version else { return true }
        guard let parsed = SemanticVersion(version) else { return false }
        return oldest <= parsed && parsed <= newest
    }
}
