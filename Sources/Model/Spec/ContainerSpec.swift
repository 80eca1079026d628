/// What one container needs, the same for every replica; ports are resolved per replica and stand apart.
public struct ContainerSpec: Codable, Hashable, Sendable {
    /// The image reference as declared, or pinned to a digest.
    public var image: String
    /// Replaces the image's command; nil keeps it.
    public var command: [String]?
    /// Replaces the image's entry point; nil keeps it.
    public var entrypoint: [String]?
    /// Environment variables.
    public var env: [String: String]
    /// `user[:group]` by name or number.
    public var user: String?
    /// Absolute path of the working directory.
    public var workingDir: String?
    /// The container's host name.
    public var hostname: String?
    /// Limits on the container, and what the scheduler subtracts from the node.
    public var resources: Resources?
    /// When the agent starts it again.
    public var restart: RestartSpec?
    /// Seconds between SIGTERM and SIGKILL.
    public var stopGraceSecs: Int
    /// When the image is pulled.
    public var pull: PullSpec
    /// Environment variables whose values the node looks up.
    public var secretEnv: [SecretVariable] = []
    /// Files whose contents the node looks up.
    public var secretFiles: [SecretFile] = []
    /// Folders and files of the node.
    public var volumes: [VolumeMount] = []
    /// What is asked of it to know how it is; nil asks nothing.
    public var health: HealthSpec?
    /// How much of its output is kept; nil takes the contract's defaults.
    public var logging: LoggingSpec?
    /// What separates it from the node.
    public var isolation = Isolation()

    /// A container of an image with the contract's defaults.
    public init(
        image: String, command: [String]? = nil, entrypoint: [String]? = nil, env: [String: String] = [:],
        resources: Resources? = nil, restart: RestartSpec? = nil,
        stopGraceSecs: Int = SpecLimits.defaultStopGraceSecs, pull: PullSpec = PullSpec()
    ) {
        self.image = image
        self.command = command
        self.entrypoint = entrypoint
        self.env = env
        self.resources = resources
        self.restart = restart
        self.stopGraceSecs = stopGraceSecs
        self.pull = pull
    }

    private enum CodingKeys: String, CodingKey {
        case image, command, entrypoint, env, user, hostname, resources, restart, pull, volumes, health,
            logging
        case secretEnv = "secret_env"
        case secretFiles = "secret_files"
        case workingDir = "working_dir"
        case stopGraceSecs = "stop_grace_secs"
    }

    /// Reads the wire form; absent keys take the contract's defaults.
    public init(from decoder: any Decoder) throws {
        let keyed = try decoder.container(keyedBy: CodingKeys.self)
        image = try keyed.decode(String.self, forKey: .image)
        command = try keyed.decodeIfPresent([String].self, forKey: .command)
        entrypoint = try keyed.decodeIfPresent([String].self, forKey: .entrypoint)
        env = try keyed.decodeIfPresent([String: String].self, forKey: .env) ?? [:]
        user = try keyed.decodeIfPresent(String.self, forKey: .user)
        workingDir = try keyed.decodeIfPresent(String.self, forKey: .workingDir)
        hostname = try keyed.decodeIfPresent(String.self, forKey: .hostname)
        resources = try keyed.decodeIfPresent(Resources.self, forKey: .resources)
        restart = try keyed.decodeIfPresent(RestartSpec.self, forKey: .restart)
        stopGraceSecs =
            try keyed.decodeIfPresent(Int.self, forKey: .stopGraceSecs) ?? SpecLimits.defaultStopGraceSecs
        pull = try keyed.decodeIfPresent(PullSpec.self, forKey: .pull) ?? PullSpec()
        secretEnv = try keyed.decodeIfPresent([SecretVariable].self, forKey: .secretEnv) ?? []
        secretFiles = try keyed.decodeIfPresent([SecretFile].self, forKey: .secretFiles) ?? []
        volumes = try keyed.decodeIfPresent([VolumeMount].self, forKey: .volumes) ?? []
        health = try keyed.decodeIfPresent(HealthSpec.self, forKey: .health)
        logging = try keyed.decodeIfPresent(LoggingSpec.self, forKey: .logging)
        isolation = try Isolation(from: decoder)
    }

    /// Writes the wire form; of what most declarations leave out, only what differs from the defaults.
    public func encode(to encoder: any Encoder) throws {
        var keyed = encoder.container(keyedBy: CodingKeys.self)
        try keyed.encode(image, forKey: .image)
        try keyed.encodeIfPresent(command, forKey: .command)
        try keyed.encodeIfPresent(entrypoint, forKey: .entrypoint)
        try keyed.encode(env, forKey: .env)
        try keyed.encodeIfPresent(user, forKey: .user)
        try keyed.encodeIfPresent(workingDir, forKey: .workingDir)
        try keyed.encodeIfPresent(hostname, forKey: .hostname)
        try keyed.encodeIfPresent(resources, forKey: .resources)
        try keyed.encodeIfPresent(restart, forKey: .restart)
        try keyed.encode(stopGraceSecs, forKey: .stopGraceSecs)
        try keyed.encode(pull, forKey: .pull)
        if !secretEnv.isEmpty { try keyed.encode(secretEnv, forKey: .secretEnv) }
        if !secretFiles.isEmpty { try keyed.encode(secretFiles, forKey: .secretFiles) }
        if !volumes.isEmpty { try keyed.encode(volumes, forKey: .volumes) }
        try keyed.encodeIfPresent(health, forKey: .health)
        try keyed.encodeIfPresent(logging, forKey: .logging)
        try isolation.encode(to: encoder)
    }
}
