public import Model

/// Every environment key of the agent.
public enum AgentSettings {
    /// The table behind `--print-config`, the reference page and the error texts; made when it is asked for, since an
    /// agent needs it once.
    public static var table: SettingsTable {
        SettingsTable(
            prefix: "FLEDX_AGENT_", settings: link + TunnelSettings.table + node + restarts + samples + later)
    }

    private static let positive: ClosedRange<Int64> = 1...86_400
    private static let port: ClosedRange<Int64> = 0...65_535

    private static var link: [Setting] {
        [
            Setting(
                "FLEDX_AGENT_CONTROL_PLANE_URL", .text, default: "http://127.0.0.1:8080",
                help:
                    "The control plane; http:// is for loopback unless FLEDX_AGENT_ALLOW_INSECURE_HTTP is true."
            ),
            Setting("FLEDX_AGENT_NODE_ID", .text, help: "This node's id, with FLEDX_AGENT_NODE_TOKEN."),
            Setting("FLEDX_AGENT_NODE_TOKEN", .text, secret: true, help: "This node's token."),
            Setting(
                "FLEDX_AGENT_REGISTRATION_TOKEN", .text, secret: true,
                help: "Registers this node once; used only when it has no identity yet."),
            Setting(
                "FLEDX_AGENT_REGISTRATION_TOKEN_FILE", .text, help: "A file with the registration token."),
            Setting(
                "FLEDX_AGENT_ALLOW_INSECURE_HTTP", .flag, default: "false",
                help: "Allow http:// beyond loopback."
            ),
            Setting(
                "FLEDX_AGENT_CA_CERT_PATH", .text,
                help:
                    "PEM file of the authority behind the control plane; else the system's authorities are trusted."
            ),
            Setting(
                "FLEDX_AGENT_CA_FINGERPRINT", .text,
                help:
                    "SHA-256 of that authority, as a control plane with --dev-tls logs it; its /ca.pem is fetched, "
                    + "compared, and kept in the data folder."),
            Setting(
                "FLEDX_AGENT_CLIENT_CERT_PATH", .text,
                help: "PEM file with this node's certificate, for a control plane that demands one."),
            Setting("FLEDX_AGENT_CLIENT_KEY_PATH", .text, help: "PEM file with the key of that certificate."),
            Setting(
                "FLEDX_AGENT_TLS_INSECURE_SKIP_VERIFY", .flag, default: "false",
                help:
                    "Do not check the control plane's certificate: anybody in between then reads this node's token."
            ),
            Setting(
                "FLEDX_AGENT_HEARTBEAT_INTERVAL_SECS", .number(positive), default: "30", unit: "seconds",
                help: "Pause between reports until the control plane says otherwise."),
            Setting(
                "FLEDX_AGENT_HEARTBEAT_TIMEOUT_SECS", .number(1...600), default: "5", unit: "seconds",
                help: "How long one report may take."),
            Setting(
                "FLEDX_AGENT_HEARTBEAT_MAX_RETRIES", .number(0...100), default: "3",
                help: "Quick retries of a failed report before the next regular one."),
            Setting(
                "FLEDX_AGENT_HEARTBEAT_BACKOFF_MS", .number(50...60_000), default: "500",
                unit: "milliseconds",
                help: "First pause before a retry; doubles."),
            Setting(
                "FLEDX_AGENT_SHUTDOWN_DEADLINE_SECS", .number(1...600), default: "10", unit: "seconds",
                help: "How long an orderly end may take; containers are left running."),
            Setting(
                "FLEDX_AGENT_CLEANUP_ON_SHUTDOWN", .flag, default: "false",
                help:
                    "Stop and remove this node's containers when the agent ends, restarts included; takes as long as the longest grace and 5 s."
            ),
        ]
    }

    private static var node: [Setting] {
        [
            Setting(
                "FLEDX_AGENT_DATA_DIR", .text, default: "/var/lib/fledx-agent",
                help: "Where the agent keeps its state."),
            Setting(
                "FLEDX_AGENT_DOCKER_HOST", .text,
                help: "unix:///path or tcp://host:port; else DOCKER_HOST, else unix:///var/run/docker.sock."),
            Setting(
                "FLEDX_AGENT_DOCKER_CERT_PATH", .text,
                help: "Folder with ca.pem, cert.pem and key.pem: tcp:// speaks TLS; else DOCKER_CERT_PATH."),
            Setting(
                "FLEDX_AGENT_NODE_NAME", .text, help: "The node's name when it registers; else the host name."
            ),
            Setting("FLEDX_AGENT_ARCH", .text, help: "Processor architecture; else detected."),
            Setting("FLEDX_AGENT_OS", .text, help: "Operating system; else detected."),
            Setting("FLEDX_AGENT_LABELS", .pairs, help: "Labels of the node, key=value separated by commas."),
            Setting(
                "FLEDX_AGENT_CAPACITY_CPU_MILLIS", .number(1...10_000_000), unit: "thousandths of a core",
                help: "What containers may use; else detected."),
            Setting(
                "FLEDX_AGENT_CAPACITY_MEMORY_BYTES", .number(1...Int64.max), unit: "bytes",
                help: "What containers may use; else detected."),
            Setting(
                "FLEDX_AGENT_ALLOWED_VOLUME_PREFIXES", .list, default: "/var/lib/fledx/volumes",
                help: "Folders of this node that volumes may lie below; `none` allows no volume."),
            Setting(
                "FLEDX_AGENT_SECRETS_DIR", .text, default: "/var/run/secrets",
                help: "Where secrets lie that declarations name: a file each."),
            Setting(
                "FLEDX_AGENT_SECRETS_PREFIX", .text, default: "FLEDX_SECRET_",
                help: "What the agent's own variables begin with that are secrets; they win over files."),
            Setting(
                "FLEDX_AGENT_VOLUME_DATA_DIR", .text, default: "/var/lib/fledx",
                help: "In its folder configs lie the files that configs name instead of holding them."),
            Setting(
                "FLEDX_AGENT_REGISTRY_AUTH_FILE", .text,
                help: "Logins at registries, as Docker's config.json has them; read anew before each pull."),
            Setting(
                "FLEDX_AGENT_IMAGE_HIGH_PERCENT", .number(0...100), default: "85", unit: "percent",
                help: "From so much use of Docker's disk on pulled images go that nothing needs; 0 is never."),
            Setting(
                "FLEDX_AGENT_IMAGE_LOW_PERCENT", .number(0...100), default: "75", unit: "percent",
                help: "Until so little of Docker's disk is used."),
            Setting(
                "FLEDX_AGENT_IMAGE_INTERVAL_SECS", .number(1...86_400), default: "300", unit: "seconds",
                help: "Pause between two looks at Docker's disk."),
            Setting(
                "FLEDX_AGENT_RUN_DIR", .text, default: "/run/fledx-agent",
                help: "A folder in memory (tmpfs) for the files of secrets and configs."),
            Setting(
                "FLEDX_AGENT_RESERVED_CPU_MILLIS", .number(0...10_000_000), unit: "thousandths of a core",
                help: "What of the capacity is left to the machine; else a twentieth of what was detected."),
            Setting(
                "FLEDX_AGENT_RESERVED_MEMORY_BYTES", .number(0...Int64.max), unit: "bytes",
                help: "What of the capacity is left to the machine; else a twentieth of what was detected."),
            Setting(
                "FLEDX_AGENT_FORCE_EMPTY_LABELS", .flag, default: "false",
                help: "Report no labels, whatever FLEDX_AGENT_LABELS says."),
            Setting(
                "FLEDX_AGENT_FORCE_EMPTY_CAPACITY", .flag, default: "false",
                help: "Report no capacity, so that nothing is refused for want of it."),
            Setting("FLEDX_AGENT_PUBLIC_HOST", .text, help: "The name clients outside reach this node at."),
            Setting("FLEDX_AGENT_PUBLIC_IP", .text, help: "The address clients outside reach this node at."),
            Setting(
                "FLEDX_AGENT_METRICS_HOST", .text, default: "127.0.0.1",
                help: "Address of /healthz, /readyz, /metrics."),
            Setting(
                "FLEDX_AGENT_METRICS_PORT", .number(port), default: "9091",
                help: "Port of /healthz, /readyz, /metrics; 0 turns them off."),
        ]
    }

    private static var restarts: [Setting] {
        [
            Setting(
                "FLEDX_AGENT_RECONCILE_INTERVAL_SECS", .number(1...3600), default: "10", unit: "seconds",
                help: "Pause between two full looks at Docker; events are followed all the time."),
            Setting(
                "FLEDX_AGENT_DOCKER_RECONNECT_BACKOFF_MS", .number(50...600_000), default: "500",
                unit: "milliseconds",
                help: "First pause before Docker is asked again; doubles."),
            Setting(
                "FLEDX_AGENT_DOCKER_RECONNECT_BACKOFF_MAX_MS", .number(50...600_000), default: "1000",
                unit: "milliseconds", help: "Longest pause before Docker is asked again."),
            Setting(
                "FLEDX_AGENT_RESTART_BACKOFF_MS", .number(100...3_600_000), default: "1000",
                unit: "milliseconds",
                help: "First pause before a container is started again; doubles."),
            Setting(
                "FLEDX_AGENT_RESTART_BACKOFF_MAX_MS", .number(100...3_600_000), default: "30000",
                unit: "milliseconds",
                help: "Longest pause before a container is started again."),
            Setting(
                "FLEDX_AGENT_RESTART_FAILURE_LIMIT", .number(0...1_000_000), default: "5",
                help: "Failures in a row after which a replica is called failed (still tried); 0 is never."),
        ]
    }

    private static var samples: [Setting] {
        [
            Setting(
                "FLEDX_AGENT_RESOURCE_SAMPLE_INTERVAL_SECS", .number(1...3600), default: "30",
                unit: "seconds",
                help: "Pause between two readings of what a container uses."),
            Setting(
                "FLEDX_AGENT_RESOURCE_SAMPLE_WINDOW", .number(1...10_000), default: "120", unit: "samples",
                help: "Samples of one replica that are kept while the control plane does not take them."),
            Setting(
                "FLEDX_AGENT_RESOURCE_SAMPLE_MAX_CONCURRENCY", .number(1...64), default: "2",
                help: "Containers that are read at the same time."),
            Setting(
                "FLEDX_AGENT_RESOURCE_SAMPLE_BACKOFF_MS", .number(100...600_000), default: "1000",
                unit: "milliseconds", help: "First pause after a failed reading of a container; doubles."),
            Setting(
                "FLEDX_AGENT_RESOURCE_SAMPLE_BACKOFF_MAX_MS", .number(100...600_000), default: "10000",
                unit: "milliseconds", help: "Longest pause after failed readings of a container."),
            Setting(
                "FLEDX_AGENT_HEARTBEAT_MAX_METRICS", .number(0...4096), default: "500", unit: "samples",
                help: "Samples in one report, fairly from all replicas; 0 measures nothing."),
        ]
    }

    /// Keys of the product description whose part comes later; they are refused unless they ask for nothing.
    private static let later: [Setting] =
        unbuilt("the gateway", ["GATEWAY_ENABLED"], neutral: "false")
        + unbuilt(
            "the gateway",
            [
                "GATEWAY_ENVOY_IMAGE", "GATEWAY_ADMIN_PORT", "GATEWAY_LISTENER_PORT", "GATEWAY_XDS_HOST",
                "GATEWAY_XDS_PORT", "SERVICE_IDENTITY_DIR",
            ])

    private static func unbuilt(_ part: String, _ keys: [String], neutral: String? = nil) -> [Setting] {
        keys.map {
            Setting(
                "FLEDX_AGENT_\($0)", neutral == nil ? .text : .flag, default: neutral,
                support: .notBuilt(part: part), help: "Not in this version: \(part).")
        }
    }
}
