internal import Model

/// What this agent does with a declaration beyond what every agent does; a control plane gives it nothing else.
enum AgentAbilities {
    /// Not built yet, so that nothing is started with less than declared.
    private static let missing: Set<AgentCapability> = [
        .pullCredential, .configSecrets, .configFiles,
    ]

    /// The words for reports.
    static var announced: [String] {
        AgentCapability.allCases.filter { !missing.contains($0) }.map(\.rawValue)
    }
}
