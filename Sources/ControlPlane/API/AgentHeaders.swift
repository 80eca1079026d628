import Model

/// The headers that tell an agent which versions fit.
enum AgentHeaders {
    /// Asks an agent to report at once.
    static let reportWanted = "x-fledx-report-wanted"

    static func of(_ settings: ControlPlaneSettings) -> [(String, String)] {
        let window = [
            ("x-control-plane-version", Version.current),
            ("x-agent-compat-min", settings.agentWindow.oldest.description),
            ("x-agent-compat-max", settings.agentWindow.newest.description),
        ]
        return window + (settings.upgradeURL.map { [("x-agent-compat-upgrade-url", $0)] } ?? [])
    }
}
