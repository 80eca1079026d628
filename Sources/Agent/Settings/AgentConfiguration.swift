internal import DockerEngine
internal import EventLoop
internal import HTTPClient
public import Model
internal import NodeCore
internal import Telemetry

/// The agent's settings as values, checked beyond what the table can check.
public struct AgentConfiguration: Sendable {
    /// The control plane's URL without a slash at its end.
    public var controlPlaneURL: String
    /// Where state is kept.
    public var dataFolder: String
    /// A registration token, for a node without an identity.
    public var registrationToken: Redacted<String>?
    var registrationTokenFile: String?
    /// Port of the health endpoints, 0 for none.
    public var metricsPort: UInt16
    var metricsHost: String
    var identity: NodeIdentity?
    var trust: Trust
    /// What the control plane is reached through.
    var proxies: ProxyRules
    var tunnel: TunnelSettings
    var nodeName: String
    var inventory: Inventory
    var docker: DockerEndpoint
    var nodeSettings: NodeSettings
    var heartbeatIntervalSecs: Int64
    var heartbeatTimeoutSecs: Int64
    var heartbeatRetries: Int64
    var heartbeatBackoffMilliseconds: Int64
    var dockerBackoffMilliseconds: Int64
    var dockerBackoffMaxMilliseconds: Int64
    var shutdownDeadlineSecs: Int64
    /// Whether the end of the agent is the end of its containers.
    var cleansUp: Bool
    var imageIntervalSecs: Int64
    var samples: SampleSettings
    /// Containers measured at the same time.
    var sampleConcurrency: Int
    var volumes: VolumeRules
    var secrets: SecretSource
    /// Where files of configs lie that are named and not sent.
    var configFolder: String
    var registryAuthFile: String?
    /// Where files are kept that must not reach a disk.
    var runFolder: String
    /// What is not wrong, but surely not meant.
    public let warnings: [String]

    /// Reads an environment; throws every problem at once.
    ///
    /// An embedded agent reaches its control plane at a URL that only the process knows. A program on its own also
    /// needs somebody to be.
    public init(
        _ environment: [String: String], controlPlaneURL embedded: String? = nil,
        dataFolder embeddedFolder: String? = nil, needsIdentity: Bool = false
    ) throws(SettingsProblems) {
        var (values, problems) = AgentSettings.table.examine(environment)
        let url = embedded ?? values.text("FLEDX_AGENT_CONTROL_PLANE_URL") ?? ""
        controlPlaneURL = Self.url(
            url, allowInsecure: values.flag("FLEDX_AGENT_ALLOW_INSECURE_HTTP"), &problems)
        let folder = values.text("FLEDX_AGENT_DATA_DIR") ?? ""
        dataFolder = values.isSet("FLEDX_AGENT_DATA_DIR") ? folder : embeddedFolder ?? folder
        if !dataFolder.hasPrefix("/"), embeddedFolder == nil {
            problems.append("FLEDX_AGENT_DATA_DIR='\(dataFolder)': an absolute path is expected")
        }
        identity = Self.identity(values, &problems)
        registrationToken = values.text("FLEDX_AGENT_REGISTRATION_TOKEN").map { Redacted($0) }
        registrationTokenFile = Self.registrationTokenFile(
            values, isNeeded: identity == nil && registrationToken == nil, dataFolder, &problems)
        let isNobody = identity == nil && registrationToken == nil && registrationTokenFile == nil
        let isTold = values.isSet("FLEDX_AGENT_NODE_ID") || values.isSet("FLEDX_AGENT_NODE_TOKEN")
        if needsIdentity, isNobody, !isTold, Self.isWithoutIdentity(dataFolder) {
            problems.append(Self.noIdentity(IdentityStore(folder: dataFolder).path))
        }
        proxies = embedded == nil ? ProxyRules(environment, &problems) : ProxyRules()
        trust = Self.trust(values, isEmbedded: embedded != nil, &problems)
        warnings =
            LogFilter.remarks(of: environment) + Self.unusedTokenFile(values, problems) + trust.warnings
        tunnel = TunnelSettings(values, &problems)
        docker = Self.docker(values, environment, &problems)
        inventory = Self.inventory(values, &problems)
        nodeName = values.text("FLEDX_AGENT_NODE_NAME") ?? Self.nameFromHost(SystemInfo.hostName)
        if let fault = TextRules.nameFault(nodeName) {
            problems.append("FLEDX_AGENT_NODE_NAME='\(nodeName)': \(fault)")
        }
        metricsHost = values.text("FLEDX_AGENT_METRICS_HOST") ?? "127.0.0.1"
        metricsPort = UInt16(clamping: values.number("FLEDX_AGENT_METRICS_PORT"))
        heartbeatIntervalSecs = values.number("FLEDX_AGENT_HEARTBEAT_INTERVAL_SECS")
        heartbeatTimeoutSecs = values.number("FLEDX_AGENT_HEARTBEAT_TIMEOUT_SECS")
        heartbeatRetries = values.number("FLEDX_AGENT_HEARTBEAT_MAX_RETRIES")
        heartbeatBackoffMilliseconds = values.number("FLEDX_AGENT_HEARTBEAT_BACKOFF_MS")
        dockerBackoffMilliseconds = values.number("FLEDX_AGENT_DOCKER_RECONNECT_BACKOFF_MS")
        dockerBackoffMaxMilliseconds = max(
            dockerBackoffMilliseconds, values.number("FLEDX_AGENT_DOCKER_RECONNECT_BACKOFF_MAX_MS"))
        shutdownDeadlineSecs = values.number("FLEDX_AGENT_SHUTDOWN_DEADLINE_SECS")
        cleansUp = values.flag("FLEDX_AGENT_CLEANUP_ON_SHUTDOWN")
        samples = Self.samples(values)
        volumes = Self.volumes(values, &problems)
        secrets = SecretSource(
            folder: Self.folder("FLEDX_AGENT_SECRETS_DIR", values, &problems),
            prefix: values.text("FLEDX_AGENT_SECRETS_PREFIX") ?? "", environment: environment)
        configFolder = Self.folder("FLEDX_AGENT_VOLUME_DATA_DIR", values, &problems) + "/configs"
        registryAuthFile = Self.readableFile("FLEDX_AGENT_REGISTRY_AUTH_FILE", values, &problems)
        runFolder = Self.folder("FLEDX_AGENT_RUN_DIR", values, &problems)
        sampleConcurrency = Int(values.number("FLEDX_AGENT_RESOURCE_SAMPLE_MAX_CONCURRENCY"))
        nodeSettings = NodeSettings(
            backoffMilliseconds: values.number("FLEDX_AGENT_RESTART_BACKOFF_MS"),
            backoffMaxMilliseconds: max(
                values.number("FLEDX_AGENT_RESTART_BACKOFF_MS"),
                values.number("FLEDX_AGENT_RESTART_BACKOFF_MAX_MS")),
            restartFailureLimit: UInt32(clamping: values.number("FLEDX_AGENT_RESTART_FAILURE_LIMIT")),
            resyncMilliseconds: values.number("FLEDX_AGENT_RECONCILE_INTERVAL_SECS") * 1000,
            advertisedHost: inventory.publicHost ?? inventory.publicIP ?? "127.0.0.1")
        nodeSettings.images = Self.images(values, &problems)
        imageIntervalSecs = values.number("FLEDX_AGENT_IMAGE_INTERVAL_SECS")
        guard problems.isEmpty else { throw SettingsProblems(problems: problems) }
    }
}

extension AgentConfiguration {
    /// Whether nobody says where endpoints are, so that the agent finds its own address.
    var findsAddress: Bool { inventory.publicHost == nil && inventory.publicIP == nil }
}
