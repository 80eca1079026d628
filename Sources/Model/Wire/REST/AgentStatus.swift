/// An agent's own view of itself, as it says it through its tunnel.
public struct AgentStatus: Codable, Hashable, Sendable {
    /// Whether it can do its work: it has read its state, reaches Docker and its control plane.
    public var ready: Bool
    /// Why it is not ready.
    public var reasons: [String]
    /// Its version.
    public var agentVersion: String
    /// The document it acts on.
    public var applied: NodeReport.Applied?
    /// Replicas it keeps.
    public var replicas: Int

    /// States a view.
    public init(reasons: [String], agentVersion: String, applied: NodeReport.Applied?, replicas: Int) {
        ready = reasons.isEmpty
        self.reasons = reasons
        self.agentVersion = agentVersion
        self.applied = applied
        self.replicas = replicas
    }

    private enum CodingKeys: String, CodingKey {
        case ready, reasons, applied, replicas
        case agentVersion = "agent_version"
    }
}
