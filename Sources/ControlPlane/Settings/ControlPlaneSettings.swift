public import Model
import Telemetry

/// The control plane's settings, checked, typed, and read from the environment once.
public struct ControlPlaneSettings: Sendable {
    /// Address the API listens on.
    public var serverHost: String
    /// Port the API listens on; 0 takes a free one.
    public var serverPort: UInt16
    /// Whether and how the API speaks TLS.
    public var serverTLS: ServerTLSPlan
    /// Path of the database file.
    public var databasePath: String
    /// Free bytes below which changes are refused.
    public var storageReserveBytes: Int64
    /// Whether `/metrics` needs an operator token; nil decides by the peer.
    public var metricsRequireAuth: Bool?
    /// Where `/metrics` is served too; nil is nowhere.
    var metricsListener: MetricsListener?
    /// Where agents are told to open their tunnel.
    public var tunnel: TunnelEndpoint
    /// Where tunnels are taken too; nil is on the API's listener only.
    var tunnelListener: TunnelListener?
    /// What machines show to become nodes, when the environment says it.
    public var registrationToken: Redacted<String>?
    /// The operators' tokens, when the environment says them.
    public var operatorTokens: [Redacted<String>]
    /// The header of operator tokens.
    public var operatorHeader: String
    /// Whether the use of an operator token of the environment is told of.
    public var environmentTokensWarn: Bool
    /// Whether operator tokens of the environment are refused while a stored admin token is in use.
    public var environmentTokensGiveWay: Bool
    /// Wrong registration tokens one address may show in a minute; 0 for any number.
    public var registrationFailuresPerMinute: Int
    /// Peers whose word on the client's address is believed.
    var trustedProxies: [AddressRange]
    /// How long entries of the audit log are kept.
    public var auditRetentionSecs: Int64
    /// How often old entries of the audit log are looked for.
    public var auditCleanupIntervalSecs: Int64
    /// What the audit log keeps of a request.
    var auditRedaction: AuditRedaction
    /// The key of token hashes, when the environment says it.
    public var pepper: Redacted<String>?
    /// The largest registration body in bytes.
    public var registrationBodyBytes: Int
    /// The largest heartbeat body in bytes.
    public var heartbeatBodyBytes: Int
    /// The file with the key of secret values.
    public var secretsKeyFile: String?
    /// Bytes of configs one node is sent at most; 0 is without bound.
    public var configPayloadBytes: Int
    /// Seconds after which a silent node is unreachable.
    public var heartbeatStaleSecs: Int64
    /// Seconds between looks at silent nodes.
    public var sweepIntervalSecs: Int64
    /// Whether replicas leave unreachable nodes.
    public var rescheduleOnUnreachable: Bool
    /// Whether ports without host port always get one of the range.
    public var portsAutoAssign: Bool
    /// Host ports that are given out.
    public var portRange: ClosedRange<UInt16>
    /// The folders of nodes that volumes may lie below.
    public var volumePrefixes: VolumePrefixes
    /// The agents that are given work.
    public var agentWindow: AgentWindow
    /// Where agents outside the window find another version.
    public var upgradeURL: String?
    /// Seconds for requests to finish after SIGTERM.
    public var shutdownDeadlineSecs: Int64
    /// Seconds after which reports of a silent node are forgotten; 0 is never.
    public var instanceStatusSecs: Int64
    /// The host in endpoints of nodes that name none.
    public var publicHost: String?
    /// What is kept of the use of replicas.
    var usage: UsageSettings
    /// What the metrics summary shows.
    var summary: SummarySettings
    /// How much of a container's output a request is shown.
    var logs: LogBounds
    /// The log filter, empty for the default.
    public var logFilter: String
    /// What to say at start of settings without effect.
    public var warnings: [String]
    /// `KEY=value` lines, secrets hidden.
    public let printed: String

    /// Reads an environment; throws every problem at once.
    ///
    /// `developmentTLS` is the one wish that comes from the command line.
    public init(environment: [String: String], developmentTLS: Bool = false) throws(SettingsProblems) {
        var (values, problems) = ControlPlaneSettingsTable.table.examine(environment)
        warnings = LogFilter.remarks(of: environment)
        printed = values.printed()
        serverHost = values.text("FLEDX_CP_SERVER_HOST") ?? "0.0.0.0"
        serverPort = UInt16(clamping: values.number("FLEDX_CP_SERVER_PORT"))
        serverTLS = ServerTLSPlan.read(values, development: developmentTLS, &problems)
        databasePath = SettingsRules.databasePath(values, &problems)
        storageReserveBytes = values.number("FLEDX_CP_STORAGE_RESERVE_BYTES")
        metricsRequireAuth =
            values.text("FLEDX_CP_METRICS_REQUIRE_AUTH") == nil
            ? nil : values.flag("FLEDX_CP_METRICS_REQUIRE_AUTH")
        metricsListener = MetricsListener(values, &problems)
        tunnel = SettingsRules.tunnel(values, &problems)
        tunnelListener = TunnelListener(values)
        registrationToken = SettingsRules.secret("FLEDX_CP_REGISTRATION_TOKEN", values)
        operatorTokens = values.list("FLEDX_CP_OPERATOR_TOKENS").map { Redacted($0) }
        operatorHeader = SettingsRules.headerName("FLEDX_CP_OPERATOR_HEADER_NAME", values, &problems)
        environmentTokensWarn = values.flag("FLEDX_CP_OPERATOR_ENV_WARN_ON_USE")
        environmentTokensGiveWay = values.flag("FLEDX_CP_OPERATOR_ENV_DISABLE_AFTER_FIRST_SUCCESS")
        registrationFailuresPerMinute = Int(values.number("FLEDX_CP_REGISTRATION_RATE_LIMIT_PER_MINUTE"))
        trustedProxies = SettingsRules.ranges("FLEDX_CP_TRUSTED_PROXIES", values, &problems)
        auditRetentionSecs = values.number("FLEDX_CP_RETENTION_AUDIT_LOG_SECS")
        auditCleanupIntervalSecs = values.number("FLEDX_CP_AUDIT_LOG_CLEANUP_INTERVAL_SECS")
        auditRedaction = AuditRedaction(
            isEnabled: values.flag("FLEDX_CP_AUDIT_REDACTION_ENABLED"),
            keys: values.list("FLEDX_CP_AUDIT_REDACTION_KEYS"),
            markers: values.list("FLEDX_CP_AUDIT_REDACTION_VALUE_MARKERS"))
        pepper = SettingsRules.secret("FLEDX_CP_TOKENS_PEPPER", values)
        registrationBodyBytes = Int(values.number("FLEDX_CP_LIMITS_REGISTRATION_BODY_BYTES"))
        heartbeatBodyBytes = Int(values.number("FLEDX_CP_LIMITS_HEARTBEAT_BODY_BYTES"))
        secretsKeyFile = values.text("FLEDX_CP_SECRETS_KEY_FILE")
        configPayloadBytes = Int(values.number("FLEDX_CP_LIMITS_CONFIG_PAYLOAD_BYTES"))
        heartbeatStaleSecs = values.number("FLEDX_CP_REACHABILITY_HEARTBEAT_STALE_SECS")
        sweepIntervalSecs = values.number("FLEDX_CP_REACHABILITY_SWEEP_INTERVAL_SECS")
        rescheduleOnUnreachable = values.flag("FLEDX_CP_REACHABILITY_RESCHEDULE_ON_UNREACHABLE")
        portsAutoAssign = values.flag("FLEDX_CP_PORTS_AUTO_ASSIGN")
        portRange = SettingsRules.portRange(values, &problems)
        volumePrefixes = SettingsRules.volumePrefixes(values, &problems)
        agentWindow = SettingsRules.agentWindow(values, &problems)
        upgradeURL = SettingsRules.upgradeURL(values, &problems)
        instanceStatusSecs = values.number("FLEDX_CP_RETENTION_INSTANCE_STATUS_SECS")
        publicHost = values.text("FLEDX_CP_PORTS_PUBLIC_HOST")
        usage = UsageSettings(values)
        summary = SummarySettings(values)
        logs = LogBounds(values)
        shutdownDeadlineSecs = values.number("FLEDX_CP_SHUTDOWN_DEADLINE_SECS")
        logFilter = values.text("FLEDX_LOG") ?? values.text("RUST_LOG") ?? ""
        if let wrong = SettingsRules.operatorTokenProblem(operatorTokens, values) { problems.append(wrong) }
        guard problems.isEmpty else { throw SettingsProblems(problems: problems) }
    }
}
