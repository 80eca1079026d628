/// What separates a container from its node, and what is let through.
public struct Isolation: Codable, Hashable, Sendable {
    /// Whether the container cannot write to its own root file system.
    public var readOnlyRootfs: Bool
    /// Kernel capabilities beyond Docker's usual ones, without `CAP_`.
    public var capAdd: [String]
    /// Kernel capabilities taken away, without `CAP_`.
    public var capDrop: [String]
    /// Devices of the node.
    public var devices: [DeviceMapping]
    /// Folders in memory.
    public var tmpfs: [MemoryFolder]
    /// How it is connected; nil is the default bridge.
    public var network: NetworkSpec?
    /// Lines `name:address` of its hosts file.
    public var extraHosts: [String]

    /// Docker's usual separation unless said otherwise.
    public init(
        readOnlyRootfs: Bool = false, capAdd: [String] = [], capDrop: [String] = [],
        devices: [DeviceMapping] = [], tmpfs: [MemoryFolder] = [], network: NetworkSpec? = nil,
        extraHosts: [String] = []
    ) {
        self.readOnlyRootfs = readOnlyRootfs
        self.capAdd = capAdd
        self.capDrop = capDrop
        self.devices = devices
        self.tmpfs = tmpfs
        self.network = network
        self.extraHosts = extraHosts
    }

    private enum CodingKeys: String, CodingKey {
        case devices, tmpfs, network
        case readOnlyRootfs = "read_only_rootfs"
        case capAdd = "cap_add"
        case capDrop = "cap_drop"
        case extraHosts = "extra_hosts"
    }

    /// Reads the wire form; absent keys take the contract's defaults.
    public init(from decoder: any Decoder) throws {
        let keyed = try decoder.container(keyedBy: CodingKeys.self)
        readOnlyRootfs = try keyed.decodeIfPresent(Bool.self, forKey: .readOnlyRootfs) ?? false
        capAdd = try keyed.decodeIfPresent([String].self, forKey: .capAdd) ?? []
        capDrop = try keyed.decodeIfPresent([String].self, forKey: .capDrop) ?? []
        devices = try keyed.decodeIfPresent([DeviceMapping].self, forKey: .devices) ?? []
        tmpfs = try keyed.decodeIfPresent([MemoryFolder].self, forKey: .tmpfs) ?? []
        network = try keyed.decodeIfPresent(NetworkSpec.self, forKey: .network)
        extraHosts = try keyed.decodeIfPresent([String].self, forKey: .extraHosts) ?? []
    }

    /// Writes what differs from the defaults; nobody reads the rest.
    public func encode(to encoder: any Encoder) throws {
        var keyed = encoder.container(keyedBy: CodingKeys.self)
        if readOnlyRootfs { try keyed.encode(readOnlyRootfs, forKey: .readOnlyRootfs) }
        if !capAdd.isEmpty { try keyed.encode(capAdd, forKey: .capAdd) }
        if !capDrop.isEmpty { try keyed.encode(capDrop, forKey: .capDrop) }
        if !devices.isEmpty { try keyed.encode(devices, forKey: .devices) }
        if !tmpfs.isEmpty { try keyed.encode(tmpfs, forKey: .tmpfs) }
        try keyed.encodeIfPresent(network, forKey: .network)
        if !extraHosts.isEmpty { try keyed.encode(extraHosts, forKey: .extraHosts) }
    }
}
