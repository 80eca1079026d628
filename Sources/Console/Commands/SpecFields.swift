import ArgumentParser
import JSON
import Model

/// The flags of a declaration that `create` and `update` share.
struct SpecFields: ParsableArguments, Sendable {
    @Option(help: "How many replicas.") var replicas: Int?

    @Option(
        name: .customLong("port"),
        help: "80, 8080:80, auto:80 or IP:8080:80, with /udp, ,expose or ,unpublished behind it. Repeatable.")
    var ports: [String] = []

    @Option(name: .customLong("env"), help: "KEY=value for the container. Repeatable.")
    var env: [String] = []

    @Option(name: .customLong("env-file"), help: "File of KEY=value lines; --env wins. Repeatable.")
    var envFiles: [String] = []

    @Option(name: .customLong("label"), help: "KEY=value on the deployment. Repeatable.")
    var labels: [String] = []

    @Option(help: "running or stopped.") var desiredState: String?

    @Option(parsing: .upToNextOption, help: "The command, up to the next flag; or write it behind --.")
    var command: [String] = []

    @Option(help: "One word of the entrypoint, instead of the image's. Repeatable.")
    var entrypoint: [String] = []

    @Option(help: "User (and :group) of the container's process.") var user: String?
    @Option(help: "Host name inside the container.") var hostname: String?
    @Option(help: "Working directory inside the container.") var workingDir: String?

    @Option(help: "Only nodes of this architecture.") var requireArch: String?
    @Option(help: "Only nodes of this operating system.") var requireOs: String?

    @Option(name: .customLong("require-label"), help: "Only nodes with this KEY=value. Repeatable.")
    var requireLabels: [String] = []

    @Option(help: "Only nodes with at least this capacity in thousandths of a core.") var requireCpuMillis:
        Int?
    @Option(help: "Only nodes with at least this capacity in bytes.") var requireMemoryBytes: Int?
    @Option(help: "Limit in thousandths of a core, subtracted from the node.") var cpuMillis: Int?
    @Option(help: "Limit in bytes of memory, subtracted from the node.") var memoryBytes: Int?
    @Option(help: "Limit of processes and threads.") var pids: Int?
    @Option(name: .customLong("affinity-node"), help: "Prefer this node id. Repeatable.")
    var affinityNodes: [String] = []

    @Option(name: .customLong("affinity-label"), help: "Prefer nodes with KEY=value. Repeatable.")
    var affinityLabels: [String] = []

    @Option(name: .customLong("anti-affinity-node"), help: "Avoid this node id. Repeatable.")
    var antiAffinityNodes: [String] = []

    @Option(name: .customLong("anti-affinity-label"), help: "Avoid nodes with KEY=value. Repeatable.")
    var antiAffinityLabels: [String] = []

    @Flag(help: "Put replicas on different nodes where that is possible.") var spread = false
    @Option(help: "The most replicas on one node.") var maxPerNode: Int?

    @Option(help: "always, on_failure or never.") var restart: String?
    @Option(help: "missing, always or never.") var pull: String?
    @Option(help: "Seconds between SIGTERM and SIGKILL.") var stopGraceSecs: Int?
    @OptionGroup var strategy: StrategyFields
    @OptionGroup var surroundings: ContainerFields
    @OptionGroup var health: HealthFields

    @Argument(
        parsing: .postTerminator,
        help: ArgumentHelp(
            "Behind --: the command and its arguments, with flags of their own.", valueName: "command"))
    var words: [String] = []

    /// The keys that were given, as the REST body has them.
    func members() throws -> [JSONMember] {
        var members: [JSONMember] = []
        func add(_ key: String, _ value: JSONNode?) {
            if let value { members.append(JSONMember(key: key, value: value)) }
        }
        add("replicas", replicas.map { .integer($0) })
        add("command", list(command.isEmpty ? words : command))
        add("entrypoint", list(entrypoint))
        add("env", try environment())
        add("labels", try map(labels, "--label"))
        add("desired_state", desiredState.map { .string($0) })
        add("ports", try portNodes())
        add("constraints", try constraints())
        add("placement", try placement())
        add("resources", resources())
        add("user", user.map { .string($0) })
        add("hostname", hostname.map { .string($0) })
        add("working_dir", workingDir.map { .string($0) })
        add("restart", restart.map { .object(["policy": .string($0)]) })
        add("pull", pullNode())
        add("stop_grace_secs", number(stopGraceSecs))
        add("strategy", strategy.node)
        add("health", try health.node())
        return members + (try surroundings.members())
    }

    private func portNodes() throws -> JSONNode? {
        guard !ports.isEmpty else { return nil }
        return .array(
            try ports.map { text in
                let port = try PortArgument(text).mapping
                return object([
                    ("container_port", .integer(port.containerPort)),
                    ("host_port", port.hostPort.map { .integer($0) }),
                    ("protocol", .string(port.transport.rawValue)),
                    ("host_ip", port.hostIP.map { .string($0) }),
                    ("expose", port.expose ? .bool(true) : nil),
                    ("publish", port.publish ? nil : .bool(false)),
                ]) ?? .null
            })
    }

    private func constraints() throws -> JSONNode? {
        let capacity = object([
            ("cpu_millis", number(requireCpuMillis)), ("memory_bytes", number(requireMemoryBytes)),
        ])
        return object([
            ("arch", requireArch.map { .string($0) }), ("os", requireOs.map { .string($0) }),
            ("labels", try map(requireLabels, "--require-label")), ("capacity", capacity),
        ])
    }

    private func placement() throws -> JSONNode? {
        object([
            ("affinity", try selector(affinityNodes, affinityLabels, "--affinity-label")),
            ("anti_affinity", try selector(antiAffinityNodes, antiAffinityLabels, "--anti-affinity-label")),
            ("spread", spread ? .bool(true) : nil), ("max_per_node", number(maxPerNode)),
        ])
    }

    private func selector(_ nodes: [String], _ labels: [String], _ flag: String) throws -> JSONNode? {
        object([
            ("node_ids", nodes.isEmpty ? nil : .array(nodes.map { .string($0) })),
            ("labels", try map(labels, flag)),
        ])
    }

    private func pullNode() -> JSONNode? {
        object([
            ("policy", pull.map { .string($0) }),
            ("credential", surroundings.pullCredential.map { .string($0) }),
        ])
    }

    private func resources() -> JSONNode? {
        object([
            ("cpu_millis", number(cpuMillis)), ("memory_bytes", number(memoryBytes)), ("pids", number(pids)),
        ])
    }

    /// What the files say, each over the one before, and what `--env` says over all of them.
    private func environment() throws -> JSONNode? {
        guard !(env.isEmpty && envFiles.isEmpty) else { return nil }
        var merged: [String: String] = [:]
        for file in envFiles { merged.merge(try EnvironmentFile.read(file)) { $1 } }
        merged.merge(try PairArgument.map(env, flag: "--env")) { $1 }
        return node(merged)
    }

    private func map(_ arguments: [String], _ flag: String) throws -> JSONNode? {
        guard !arguments.isEmpty else { return nil }
        return node(try PairArgument.map(arguments, flag: flag))
    }

    private func node(_ map: [String: String]) -> JSONNode {
        .object(map.sorted { $0.key < $1.key }.map { JSONMember(key: $0.key, value: .string($0.value)) })
    }

    private func list(_ words: [String]) -> JSONNode? {
        words.isEmpty ? nil : .array(words.map { .string($0) })
    }

    private func number(_ value: Int?) -> JSONNode? { value.map { .integer($0) } }

    private func object(_ members: [(String, JSONNode?)]) -> JSONNode? {
        let present = members.compactMap { key, value in value.map { JSONMember(key: key, value: $0) } }
        return present.isEmpty ? nil : .object(present)
    }
}
