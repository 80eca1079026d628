/// The words both ends of a tunnel agree on.
public enum TunnelProtocol {
    /// What an agent asks for in `Upgrade`.
    public static let name = "fledx-tunnel/1"
    /// Where it asks.
    public static let path = "/agent-tunnel"
    /// Names the node.
    public static let nodeHeader = "x-fledx-node-id"
    /// Names one life of the agent's process.
    public static let bootHeader = "x-fledx-boot-id"
    /// Counts the sessions of that life.
    public static let sessionHeader = "x-fledx-session"
    /// The agent's version.
    public static let versionHeader = "x-agent-version"

    /// The control stream.
    public static let sessionPath = "/v1/session"
    /// Where a document is pushed to.
    public static let documentPath = "/v1/desired-state"
    /// What the agent says of itself.
    public static let statusPath = "/v1/status"
    /// The agent's figures.
    public static let metricsPath = "/v1/metrics"
    /// Before the assignment of `…/logs` and `…/exec`.
    public static let containersPath = "/v1/containers/"
    /// Before the execution of `…/size`.
    public static let executionsPath = "/v1/executions/"
    /// Names an execution, so that its terminal can be resized.
    public static let executionHeader = "x-fledx-execution"
    /// The trailer with a command's exit code.
    public static let exitCodeHeader = "x-fledx-exit-code"
    /// The path that a CONNECT to one of the agent's own routes is for.
    public static let routeHeader = "x-fledx-route"
}
