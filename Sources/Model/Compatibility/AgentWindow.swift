/// Which agents are given work.
public struct AgentWindow: Hashable, Sendable {
    /// The oldest one.
    public let oldest: SemanticVersion
    /// The newest one.
    public let newest: SemanticVersion
    /// Whether others are refused their desired state.
    public let isEnforced: Bool

    /// Sets the bounds, both of them inside.
    public init(oldest: SemanticVersion, newest: SemanticVersion, isEnforced: Bool) {
        self.oldest = oldest
        self.newest = newest
        self.isEnforced = isEnforced
    }

    /// Whether an agent that says this of itself is served; one that says nothing is taken for a tool.
    public func serves(_ version: String?) -> Bool {
        guard isEnforced, let version else { return true }
        guard let parsed = SemanticVersion(version) else { return false }
        return oldest <= parsed && parsed <= newest
    }
}
