internal import Model

/// What this agent does with a declaration beyond what every agent does; a control plane gives it nothing else.
enum AgentAbilities {
    /// The words for reports.
    static var announced: [String] { AgentCapability.allCases.map(\.rawValue) }
}
