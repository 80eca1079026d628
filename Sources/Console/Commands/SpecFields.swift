import ArgumentParser
import JSON
import Model

/// The flags of a declaration that `create` and `update` share.
struct SpecFields: ParsableArguments, Sendable {
    @Option(help: "How many replicas.") var replicas: Int?

    @Option(
        name: .customLong("port"),
        help: "80, 8080:80, auto:80 or IP:8080:80, with /udp or ,expose behind it. Repeatable.")
    var ports: [String] = []

    @Option(name: .customLong("env"), help: "KEY=value for the container. Repeatable.")
    var env: [String] = []

    @Option(name: .customLong("label"), help: "KEY=value on the deployment. Repeatable.")
    var labels: [String] = []

    @Option(help: "running or stopped.") var desiredState: String?

    @Option(parsing: .upToNextOption, help: "The command and its arguments, up to the next flag.")
    var command: [String] = []

    @Option(help: "Only nodes of this architecture.") var requireArch: String?
    @Option(help: "Only nodes of this operating system.") var requireOs: String?

    @Option(name: .customLong("require-label"), help: "Only nodes with this KEY=value. Repeatable.")
    var requireLabels: [String] = []

    @Option(help: "Only nodes with at least this capacity in thousandths of a core.") var requireCpuMillis:
        Int?
    @Option(help: "Only nodes with at least this capacity in bytes.") var requireMemoryBytes: Int?
    @Option(help: "Limit in thousandths of a core, subtracted from the node.") var cpuMillis: Int?
    @Option(help: "Limit in bytes of memory, subtracted from the node.") var memoryBytes: Int?
    @Option(name: .customLong("affinity-node"), help: "Prefer this node id. Repeatable.")
    var affinityNodes: [String] = []

    @Option(name: .customLong("affinity-label"), help: "Prefer nodes with KEY=value. Repeatable.")
    var affinityLabels: [String] = []

    @Option(name: .customLong("anti-affinity-node"), help: "Avoid this node id. Repeatable.")
    var antiAffinityNodes: [String] = []

    @Option(name: .customLong("anti-affinity-label"), help: "Avoid nodes with KEY=value. Repeatable.")
    var antiAffinityLabels: [String] = []

    @Flag(help: "Put replicas on different nodes where that is possible.") var spread = false

    @Option(help: "always, on_failure or never.") var restart: String?
    @Option(help: "missing, always or never.") var pull: String?
    @Option(help: "Seconds between SIGTERM and SIGKILL.") var stopGraceSecs: Int?
    @OptionGroup(title: "Rollout strategy") var strategy: StrategyFields

    /// The keys that were given, as the REST body has them.
    func members() throws -> [JSONMember] {
        var members: [JSONMember] = []
        func add(_ key: String, _ value: JSONNode?) {
            if let value { members.append(JSONMember(key: key, value: value)) }
        }
        add("replicas", replicas.map { .integer($0) })
        add("command", command.isEmpty ? nil : .array(command.map { .string($0) }))
        add("env", try map(env, "--env"))
        add("labels", try map(labels, "--label"))
        add("desired_state", desiredState.map { .string($0) })
        add("ports", try portNodes())
        add("constraints", try constraints())
        add("placement", try placement())
        add("resources", object([("cpu_millis", number(cpuMillis)), ("memory_bytes", number(memoryBytes))]))
        add("restart", restart.map { .object(["policy": .string($0)]) })
        add("pull", pull.map { .object(["policy": .string($0)]) })
        add("stop_grace_secs", number(stopGraceSecs))
        add("strategy", strategy.node)
        return members
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
            ("spread", spread ? .bool(true) : nil),
        ])
    }

    private func selector(_ nodes: [String], _ labels: [String], _ flag: String) throws -> JSONNode? {
        object([
            ("node_ids", nodes.isEmpty ? nil : .array(nodes.map { .string($0) })),
            ("labels", try map(labels, flag)),
        ])
    }

    private func map(_ arguments: [String], _ flag: String) throws -> JSONNode? {
        guard !arguments.isEmpty else { return nil }
        let pairs = try PairArgument.map(arguments, flag: flag).sorted { $0.key < $1.key }
        return .object(pairs.map { JSONMember(key: $0.key, value: .string($0.value)) })
    }

    private func number(_ value: Int?) -> JSONNode? { value.map { .integer($0) } }

    private func object(_ members: [(String, JSONNode?)]) -> JSONNode? {
        let present = members.compactMap { key, value in value.map { JSONMember(key: key, value: $0) } }
        return present.isEmpty ? nil : .object(present)
    }
}
