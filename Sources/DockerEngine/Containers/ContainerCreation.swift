internal import JSON

/// Everything a container is made with; what is nil or empty is left to the image and the engine.
///
/// The engine never restarts it: the policy is always `no`, because the agent is the only restarter.
public struct ContainerCreation: Sendable, Equatable {
    /// The image: reference or id.
    public var image: String
    /// Replaces the image's command.
    public var command: [String]?
    /// Replaces the image's entry point.
    public var entrypoint: [String]?
    /// `KEY=value`, in this order.
    public var environment: [String] = []
    /// Labels.
    public var labels: [String: String] = [:]
    /// The container's host name.
    public var hostname: String?
    /// `user[:group]`.
    public var user: String?
    /// The working directory.
    public var workingDirectory: String?
    /// The signal of a stop.
    public var stopSignal: String?
    /// Seconds between the stop signal and the kill.
    public var stopTimeoutSeconds: Int?
    /// Published ports, and exposed ones where `hostPort` is nil and `publishes` is false.
    public var ports: [PublishedPort] = []
    /// Whether ports without a host port get one of the engine's choice.
    public var choosesHostPorts = false
    /// Mounts.
    public var mounts: [ContainerMount] = []
    /// Memory mounts by path with their options, such as `size=64m,mode=1777`.
    public var memoryFolders: [String: String] = [:]
    /// Largest memory in bytes.
    public var memoryBytes: Int64?
    /// Processor time in billionths of a processor.
    public var nanoProcessors: Int64?
    /// Largest number of processes.
    public var processLimit: Int64?
    /// `bridge`, `host`, `none` or a network's name.
    public var networkMode: String?
    /// The log driver.
    public var logDriver: String?
    /// The log driver's options.
    public var logOptions: [String: String] = [:]
    /// Whether the root file system is read-only.
    public var hasReadOnlyRoot = false
    /// Capabilities added.
    public var addedCapabilities: [String] = []
    /// Capabilities dropped.
    public var droppedCapabilities: [String] = []
    /// `name:address` lines for the hosts file.
    public var extraHosts: [String] = []
    /// Devices.
    public var devices: [ContainerDevice] = []
    /// Whether the engine's init is process 1.
    public var usesInit = false
    /// Security options, such as `no-new-privileges`.
    public var securityOptions: [String] = []

    /// A container of an image with nothing else said.
    public init(image: String) { self.image = image }

    /// The body of `POST /containers/create`.
    var node: JSONNode {
        var object = ObjectBuilder()
        object.add("Image", image)
        object.add("Cmd", command)
        object.add("Entrypoint", entrypoint)
        object.add("Env", environment.isEmpty ? nil : environment)
        object.add("Labels", labels)
        object.add("Hostname", hostname)
        object.add("User", user)
        object.add("WorkingDir", workingDirectory)
        object.add("StopSignal", stopSignal)
        object.add("StopTimeout", stopTimeoutSeconds.map { Int64($0) })
        if !ports.isEmpty { object.add("ExposedPorts", exposedPorts) }
        object.add("HostConfig", hostConfig)
        return object.node
    }

    private var hostConfig: JSONNode {
        var object = ObjectBuilder()
        let published = ports.filter { $0.hostPort != nil || choosesHostPorts }
        if !published.isEmpty { object.add("PortBindings", Self.bindings(published)) }
        if !mounts.isEmpty { object.add("Mounts", .array(mounts.map(\.node))) }
        object.add("Tmpfs", memoryFolders)
        object.add("Memory", memoryBytes)
        object.add("NanoCpus", nanoProcessors)
        object.add("PidsLimit", processLimit)
        object.add("RestartPolicy", .object(["Name": "no"]))
        object.add("NetworkMode", networkMode)
        if let logDriver {
            var log = ObjectBuilder()
            log.add("Type", logDriver)
            log.add("Config", logOptions)
            object.add("LogConfig", log.node)
        }
        if hasReadOnlyRoot { object.add("ReadonlyRootfs", .bool(true)) }
        object.add("CapAdd", addedCapabilities.isEmpty ? nil : addedCapabilities)
        object.add("CapDrop", droppedCapabilities.isEmpty ? nil : droppedCapabilities)
        object.add("ExtraHosts", extraHosts.isEmpty ? nil : extraHosts)
        if !devices.isEmpty { object.add("Devices", .array(devices.map(\.node))) }
        if usesInit { object.add("Init", .bool(true)) }
        object.add("SecurityOpt", securityOptions.isEmpty ? nil : securityOptions)
        return object.node
    }

    private var exposedPorts: JSONNode {
        var keys: [String] = []
        for port in ports where !keys.contains(port.key) { keys.append(port.key) }
        return .object(keys.map { JSONMember(key: $0, value: .object([JSONMember]())) })
    }

    /// Several bindings of one container port share a member.
    private static func bindings(_ ports: [PublishedPort]) -> JSONNode {
        var order: [String] = []
        var byKey: [String: [JSONNode]] = [:]
        for port in ports {
            if byKey[port.key] == nil { order.append(port.key) }
            var binding = ObjectBuilder()
            if !port.hostIP.isEmpty { binding.add("HostIp", port.hostIP) }
            binding.add("HostPort", port.hostPort.map(String.init) ?? "")
            byKey[port.key, default: []].append(binding.node)
        }
        return .object(order.map { JSONMember(key: $0, value: .array(byKey[$0] ?? [])) })
    }
}
