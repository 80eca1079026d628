import ArgumentParser
import JSON
import Model

/// The flags of what stands around the program in its container: files, secrets, isolation, output.
struct ContainerFields: ParsableArguments, Sendable {
    @Option(name: .customLong("volume"), help: "/on/node:/in/container[:ro]. Repeatable.")
    var volumes: [String] = []
    @Option(name: .customLong("secret-env"), help: "NAME=secret, looked up on the node. Repeatable.")
    var secretEnv: [String] = []
    @Option(name: .customLong("secret-env-optional"), help: "The same, and it may be missing. Repeatable.")
    var optionalSecretEnv: [String] = []
    @Option(name: .customLong("secret-file"), help: "/path=secret, looked up on the node. Repeatable.")
    var secretFiles: [String] = []
    @Option(name: .customLong("secret-file-optional"), help: "The same, and it may be missing. Repeatable.")
    var optionalSecretFiles: [String] = []
    @Option(
        name: .customLong("tmpfs"), help: "/path[:size=BYTES][,mode=1777]: a folder in memory. Repeatable.")
    var memoryFolders: [String] = []
    @Option(name: .customLong("device"), help: "/dev/x[:/dev/y[:rwm]]. Repeatable.")
    var devices: [String] = []
    @Option(name: .customLong("cap-add"), help: "A kernel capability such as NET_ADMIN. Repeatable.")
    var addedCapabilities: [String] = []
    @Option(name: .customLong("cap-drop"), help: "A kernel capability taken away, or ALL. Repeatable.")
    var droppedCapabilities: [String] = []
    @Flag(name: .customLong("read-only"), help: "The container cannot write to its root file system.")
    var isReadOnly = false
    @Option(help: "bridge, host, none, or the name of a network of the node.") var network: String?
    @Option(name: .customLong("add-host"), help: "name:address for the hosts file. Repeatable.")
    var extraHosts: [String] = []
    @Option(help: "Bytes of one log file.") var logMaxSize: Int?
    @Option(help: "How many log files are kept.") var logMaxFiles: Int?
    @Flag(name: .customLong("tunnel-only"), help: "No port is published on the node.") var isTunnelOnly =
        false
    @Flag(name: .customLong("requires-public-ip"), help: "Only nodes with a public address.")
    var requiresPublicIP = false
    @Option(help: "The registry credential to pull with.") var pullCredential: String?

    /// The keys that were given, as the REST body has them.
    func members() throws -> [JSONMember] {
        var members: [JSONMember] = []
        func add(_ key: String, _ value: JSONNode?) {
            if let value { members.append(JSONMember(key: key, value: value)) }
        }
        add("volumes", list(try volumes.map { try MountArgument.volume($0) }))
        add("secret_env", list(try secrets(secretEnv, optionalSecretEnv, "name", "--secret-env")))
        add("secret_files", list(try secrets(secretFiles, optionalSecretFiles, "path", "--secret-file")))
        add("tmpfs", list(try memoryFolders.map { try MountArgument.memoryFolder($0) }))
        add("devices", list(try devices.map { try MountArgument.device($0) }))
        add("cap_add", list(addedCapabilities.map { .string($0) }))
        add("cap_drop", list(droppedCapabilities.map { .string($0) }))
        add("read_only_rootfs", isReadOnly ? .bool(true) : nil)
        add("network", network.map(networkNode))
        add("extra_hosts", list(extraHosts.map { .string($0) }))
        add("logging", logging)
        add("tunnel_only", isTunnelOnly ? .bool(true) : nil)
        add("requires_public_ip", requiresPublicIP ? .bool(true) : nil)
        return members
    }

    private var logging: JSONNode? {
        var members: [JSONMember] = []
        if let logMaxSize { members.append(JSONMember(key: "max_size_bytes", value: .integer(logMaxSize))) }
        if let logMaxFiles { members.append(JSONMember(key: "max_files", value: .integer(logMaxFiles))) }
        return members.isEmpty ? nil : .object(members)
    }

    private func networkNode(_ text: String) -> JSONNode {
        guard NetworkSpec.Mode(rawValue: text) == nil else {
            return .object(["mode": .string(text), "name": .null])
        }
        return .object(["mode": .string(NetworkSpec.Mode.bridge.rawValue), "name": .string(text)])
    }

    private func secrets(
        _ needed: [String], _ optional: [String], _ key: String, _ flag: String
    ) throws -> [JSONNode] {
        let all =
            try PairArgument.list(needed, flag: flag).map { ($0, false) }
            + PairArgument.list(optional, flag: "\(flag)-optional").map { ($0, true) }
        return all.map { pair, isOptional in
            var members = [
                JSONMember(key: key, value: .string(pair.key)),
                JSONMember(key: "secret", value: .string(pair.value)),
            ]
            if isOptional { members.append(JSONMember(key: "optional", value: .bool(true))) }
            return .object(members)
        }
    }

    private func list(_ nodes: [JSONNode]) -> JSONNode? { nodes.isEmpty ? nil : .array(nodes) }
}
