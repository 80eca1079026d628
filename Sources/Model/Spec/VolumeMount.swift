/// A folder or file of the node in the container.
public struct VolumeMount: Codable, Hashable, Sendable {
    /// Absolute path on the node, below a prefix that the node allows.
    public var hostPath: String
    /// Absolute path in the container.
    public var containerPath: String
    /// Whether the container cannot write to it.
    public var readOnly: Bool

    /// Mounts a path, writable unless said otherwise.
    public init(hostPath: String, containerPath: String, readOnly: Bool = false) {
        self.hostPath = hostPath
        self.containerPath = containerPath
        self.readOnly = readOnly
    }

    private enum CodingKeys: String, CodingKey {
        case hostPath = "host_path"
        case containerPath = "container_path"
        case readOnly = "read_only"
    }

    /// Reads the wire form.
    public init(from decoder: any Decoder) throws {
        let keyed = try decoder.container(keyedBy: CodingKeys.self)
        hostPath = try keyed.decode(String.self, forKey: .hostPath)
        containerPath = try keyed.decode(String.self, forKey: .containerPath)
        readOnly = try keyed.decodeIfPresent(Bool.self, forKey: .readOnly) ?? false
    }
}

extension ContainerSpec {
    /// The host paths it can write to.
    public var writableVolumes: [String] { volumes.filter { !$0.readOnly }.map(\.hostPath) }
}
