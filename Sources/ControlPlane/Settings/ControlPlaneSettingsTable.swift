public import Model

/// Every environment key of the control plane, from which parsing, help and error texts come.
public enum ControlPlaneSettingsTable {
    /// The table in the order of the reference page.
    public static let table = SettingsTable(prefix: "FLEDX_CP_", settings: settings)

    private static let settings: [Setting] =
        server + tunnel + authentication + limits + retention + scheduling + compatibility + operations

    private static let server: [Setting] = [
        Setting("FLEDX_CP_SERVER_HOST", .text, default: "0.0.0.0", help: "Address the API listens on."),
        Setting(
            "FLEDX_CP_SERVER_PORT", .number(0...65535), default: "8080",
            help: "Port the API listens on; 0 takes a free one."),
        Setting(
            "FLEDX_CP_SERVER_TLS_ENABLED", .flag,
            help: "Whether the API listener speaks TLS; unset means when both files are set."),
        Setting(
            ServerTLSFiles.certificateKey, .text,
            help:
                "PEM file with the listener's certificate and those between it and its authority; read again on SIGHUP."
        ),
        Setting(
            ServerTLSFiles.keyKey, .text,
            help: "PEM file with the key of that certificate, without a password."),
        Setting(
            ServerTLSFiles.clientAuthorityKey, .text,
            help:
                "PEM file with authorities; then every client must show a certificate signed by one of them."),
        Setting(
            "FLEDX_CP_METRICS_HOST", .text,
            help: "Address of a second listener for /metrics alone; else that of the API."),
        Setting(
            "FLEDX_CP_METRICS_PORT", .number(0...65535),
            help: "Port of a second listener for /metrics alone, 0 takes a free one; unset means none."),
        Setting(
            "FLEDX_CP_METRICS_REQUIRE_AUTH", .flag,
            help: "Whether /metrics asks for an operator token; unset means from other machines only."),
        Setting(
            "FLEDX_CP_DATABASE_URL", .text, default: "sqlite://./fledx.db",
            help: "The SQLite database, as sqlite://PATH."),
        Setting(
            "FLEDX_CP_STORAGE_RESERVE_BYTES", .number(0...Int64.max), default: "67108864", unit: "bytes",
            help: "Free space where the database is, below which operators' changes are refused; 0 for none."),
    ]

    private static let tunnel: [Setting] = [
        Setting(
            "FLEDX_CP_TUNNEL_ADVERTISED_HOST", .text, default: "127.0.0.1",
            help: "Host that agents are told to open their tunnel to."),
        Setting(
            "FLEDX_CP_TUNNEL_ADVERTISED_PORT", .number(1...65535), default: "7443",
            help: "Port that agents are told to open their tunnel to."),
        Setting(
            "FLEDX_CP_TUNNEL_USE_TLS", .flag, default: "false",
            help: "Whether agents are told to use TLS for their tunnel."),
        Setting(
            "FLEDX_CP_TUNNEL_CONNECT_TIMEOUT_SECS", .number(1...3600), default: "10", unit: "seconds",
            help: "How long agents are told to try to connect their tunnel."),
        Setting(
            "FLEDX_CP_TUNNEL_HEARTBEAT_INTERVAL_SECS", .number(1...3600), default: "30", unit: "seconds",
            help: "How often agents are told to say that they live."),
        Setting(
            "FLEDX_CP_TUNNEL_HEARTBEAT_TIMEOUT_SECS", .number(2...86400), default: "90", unit: "seconds",
            help: "After how long a silent tunnel is gone; more than the interval."),
        Setting(
            "FLEDX_CP_TUNNEL_TOKEN_HEADER", .text, default: "x-fledx-tunnel-token",
            help: "Header that carries the node token when the tunnel opens."),
        Setting(
            "FLEDX_CP_TUNNEL_LISTEN_HOST", .text,
            help: "Address of a listener for tunnels alone; unset takes that of the API."),
        Setting(
            "FLEDX_CP_TUNNEL_LISTEN_PORT", .number(0...65535),
            help:
                "Port of that listener, 0 takes a free one; unset takes the advertised one. With neither tunnels come to the API's."
        ),
    ]

    private static let authentication: [Setting] = [
        Setting(
            "FLEDX_CP_REGISTRATION_TOKEN", .text, secret: true,
            help: "What a machine shows to become a node; generated on an empty database when unset."),
        Setting(
            "FLEDX_CP_REGISTRATION_RATE_LIMIT_PER_MINUTE", .number(0...1_000_000), default: "30",
            help:
                "Wrong registration tokens one address may show in a minute before it hears 429; 0 for any number. A good token is never held back."
        ),
        Setting(
            "FLEDX_CP_OPERATOR_TOKENS", .list, secret: true,
            help: "Operator tokens, separated by commas; generated on an empty database when unset."),
        Setting(
            "FLEDX_CP_OPERATOR_HEADER_NAME", .text, default: "authorization",
            help: "Header that carries 'Bearer TOKEN' of an operator."),
        Setting(
            "FLEDX_CP_OPERATOR_ENV_WARN_ON_USE", .flag, default: "true",
            help:
                "Whether log and audit log tell, once an hour, that a token of FLEDX_CP_OPERATOR_TOKENS is in use."
        ),
        Setting(
            "FLEDX_CP_OPERATOR_ENV_DISABLE_AFTER_FIRST_SUCCESS", .flag, default: "false",
            help:
                "Whether those tokens are refused once a stored admin token was used, for as long as one works."
        ),
        Setting(
            "FLEDX_CP_TOKENS_PEPPER", .text, secret: true,
            help: "Key under which tokens are hashed; generated on an empty database when unset."),
        Setting(
            "FLEDX_CP_TRUSTED_PROXIES", .list,
            help: "Addresses and CIDR ranges of proxies whose Forwarded or X-Forwarded-For is believed."),
        Setting(
            "FLEDX_CP_SECRETS_KEY_FILE", .text,
            help: "File with the key that seals secret values: 32 bytes, 64 hexadecimal digits or base64."),
    ]

    private static let limits: [Setting] = [
        Setting(
            "FLEDX_CP_LIMITS_REGISTRATION_BODY_BYTES", .number(256...1 << 20), default: "16384",
            unit: "bytes",
            help: "The largest registration body."),
        Setting(
            "FLEDX_CP_LIMITS_HEARTBEAT_BODY_BYTES", .number(1024...16 << 20), default: "65536", unit: "bytes",
            help: "The largest heartbeat body."),
        Setting(
            "FLEDX_CP_LIMITS_CONFIG_PAYLOAD_BYTES", .number(0...4 << 20), default: "131072", unit: "bytes",
            help: "The most bytes of configs one node is sent; 0 is without bound."),
        Setting(
            "FLEDX_CP_LIMITS_HEARTBEAT_METRICS_PER_INSTANCE", .number(0...4096), default: "60",
            unit: "samples",
            help: "Samples of one replica that one heartbeat counts, the newest; 0 is no limit."),
        Setting(
            "FLEDX_CP_LIMITS_HEARTBEAT_METRICS_TOTAL", .number(0...4096), default: "500", unit: "samples",
            help: "Samples that one heartbeat counts; 0 is no limit."),
        Setting(
            "FLEDX_CP_LIMITS_RESOURCE_METRICS_MAX_SERIES", .number(0...100_000), default: "500",
            unit: "replicas",
            help: "Replicas with series of their own at /metrics; 0 is no limit."),
        notBuilt("FLEDX_CP_LIMITS_MAX_FIELD_LEN", .number(1...1 << 20), "a changeable field limit"),
        Setting(
            "FLEDX_CP_LIMITS_LOG_TAIL_LIMIT", .number(0...100_000), default: "0", unit: "lines",
            help: "The most last lines of a container's output that one request is shown; 0 is no limit."),
        Setting(
            "FLEDX_CP_LIMITS_LOG_TAIL_MAX_WINDOW_SECS", .number(0...1_000_000_000), default: "0",
            unit: "seconds",
            help: "How far back a request is shown a container's output; 0 is as far as it goes."),
        Setting(
            "FLEDX_CP_LIMITS_METRICS_SUMMARY_LIMIT", .number(1...1_000), default: "16", unit: "items",
            help: "Kinds of requests the metrics summary shows at most."),
        Setting(
            "FLEDX_CP_LIMITS_METRICS_SUMMARY_WINDOW_SECS", .number(0...86_400), default: "60",
            unit: "seconds",
            help: "How far back the metrics summary counts requests; 0 is since the start."),
    ]

    private static let retention: [Setting] = [
        Setting(
            "FLEDX_CP_RETENTION_INSTANCE_STATUS_SECS", .number(0...Int64(UInt32.max)), default: "86400",
            unit: "seconds",
            help: "After how long what a silent node said of its replicas is forgotten; 0 is never."),
        Setting(
            "FLEDX_CP_RETENTION_INSTANCE_METRICS_SECS", .number(0...Int64(UInt32.max)), default: "600",
            unit: "seconds",
            help: "How long single samples are kept; 0 keeps as many as there is room for."),
        Setting(
            "FLEDX_CP_RETENTION_USAGE_WINDOW_SECS", .number(0...Int64(UInt32.max)), default: "604800",
            unit: "seconds", help: "How long minutes of use are kept; 0 is for ever."),
        Setting(
            "FLEDX_CP_RETENTION_USAGE_CLEANUP_INTERVAL_SECS", .number(60...86_400), default: "300",
            unit: "seconds", help: "How often old minutes of use are taken away."),
        Setting(
            "FLEDX_CP_RETENTION_AUDIT_LOG_SECS", .number(60...Int64(UInt32.max)), default: "7776000",
            unit: "seconds", help: "How long entries of the audit log are kept, the newest 500,000."),
        Setting(
            "FLEDX_CP_AUDIT_LOG_CLEANUP_INTERVAL_SECS", .number(1...86400), default: "3600", unit: "seconds",
            help: "How often old entries of the audit log are deleted."),
        Setting(
            "FLEDX_CP_AUDIT_REDACTION_ENABLED", .flag, default: "true",
            help:
                "Whether the two lists below apply; environment values, secret values, contents, passwords and commands are left out anyway."
        ),
        Setting(
            "FLEDX_CP_AUDIT_REDACTION_KEYS", .list,
            default: "secret,token,password,private_key,private key",
            help: "Values under keys that contain one of these are left out of the audit log."),
        Setting(
            "FLEDX_CP_AUDIT_REDACTION_VALUE_MARKERS", .list,
            default: "PRIVATE KEY-----",
            help: "Texts that contain one of these are left out of the audit log."),
        notBuilt("FLEDX_CP_AUDIT_EXPORT_WEBHOOK_URL", .text, "audit export"),
        notBuilt("FLEDX_CP_AUDIT_EXPORT_WEBHOOK_TIMEOUT_SECS", .number(0...3600), "audit export"),
        notBuilt("FLEDX_CP_AUDIT_EXPORT_WEBHOOK_HEADERS", .list, "audit export"),
        notBuilt("FLEDX_CP_AUDIT_EXPORT_JSON_STREAM_PATH", .text, "audit export"),
    ]

    private static let scheduling: [Setting] = [
        Setting(
            "FLEDX_CP_REACHABILITY_HEARTBEAT_STALE_SECS", .number(1...86400), default: "90", unit: "seconds",
            help: "After how long a silent node is unreachable."),
        Setting(
            "FLEDX_CP_REACHABILITY_SWEEP_INTERVAL_SECS", .number(1...3600), default: "15", unit: "seconds",
            help: "How often silent nodes are looked for."),
        Setting(
            "FLEDX_CP_REACHABILITY_RESCHEDULE_ON_UNREACHABLE", .flag, default: "true",
            help: "Whether the replicas of an unreachable node move to other nodes."),
        Setting(
            "FLEDX_CP_PORTS_AUTO_ASSIGN", .flag, default: "false",
            help: "Whether ports without a host port always get one of the range."),
        Setting(
            "FLEDX_CP_PORTS_RANGE_START", .number(1...65535), default: "30000",
            help: "The first host port given out."),
        Setting(
            "FLEDX_CP_PORTS_RANGE_END", .number(1...65535), default: "40000",
            help: "The last host port given out."),
        Setting(
            "FLEDX_CP_PORTS_PUBLIC_HOST", .text,
            help: "Host in endpoints of exposed ports of nodes that name neither host nor address."),
        Setting(
            "FLEDX_CP_VOLUMES_ALLOWED_HOST_PREFIXES", .list,
            help: "Folders of nodes that volumes may lie below; empty leaves the decision to each node."),
    ]

    private static let compatibility: [Setting] = [
        Setting(
            "FLEDX_CP_COMPATIBILITY_MIN_AGENT_VERSION", .text, default: Version.minSupportedAgent,
            help: "The oldest agent that is given work."),
        Setting(
            "FLEDX_CP_COMPATIBILITY_MAX_AGENT_VERSION", .text, default: Version.maxSupportedAgent,
            help: "The newest agent that is given work."),
        Setting(
            "FLEDX_CP_COMPATIBILITY_UPGRADE_URL", .text,
            help: "Where agents outside the window are told to look for another version."),
        Setting(
            "FLEDX_CP_FEATURES_ENFORCE_AGENT_COMPATIBILITY", .flag, default: "true",
            help: "Whether agents outside the window are refused their desired state."),
        notBuilt("FLEDX_CP_FEATURES_MIGRATIONS_DRY_RUN_ON_START", .flag, "a dry run at every start"),
    ]

    private static let operations: [Setting] = [
        Setting(
            "FLEDX_CP_SHUTDOWN_DEADLINE_SECS", .number(1...600), default: "10", unit: "seconds",
            help: "How long requests may finish after SIGTERM."),
        Setting(
            Passphrase.key, .text, secret: true,
            help: "What seals the keys of `fledx-cp backup --with-keys` and opens them at `restore`."),
        Setting("FLEDX_LOG", .text, help: "Log filter such as info or debug,http=info; wins over RUST_LOG."),
        Setting("RUST_LOG", .text, help: "The same; unknown targets are accepted."),
    ]

    private static func notBuilt(
        _ key: String, _ kind: Setting.Kind, _ part: String, default value: String? = nil
    ) -> Setting {
        Setting(key, kind, default: value, support: .notBuilt(part: part), help: "Not built yet: \(part).")
    }
}
