public import Model

/// What an agent inside the control plane's process needs to know to join it like any other.
public struct EmbeddedAgentPlan: Sendable {
    /// Where the API listens, on this machine.
    public let controlPlaneURL: String
    /// What it registers with.
    public let registrationToken: Redacted<String>
    /// The control plane's database, beside which the agent may keep its state.
    public let databasePath: String
}
