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
        case image, command, entrypoint, env, user, hostname, resources, restart, pull
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
    }
}
