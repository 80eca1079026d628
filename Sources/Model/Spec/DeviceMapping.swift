/// A device of the node in the container.
public struct DeviceMapping: Codable, Hashable, Sendable {
    /// Absolute path on the node.
    public var hostPath: String
    /// Absolute path in the container; nil is the same as on the node.
    public var containerPath: String?
    /// What the container may do with it: letters of `rwm`.
    public var permissions: String

    /// Lends a device for reading, writing and making nodes unless said otherwise.
    public init(hostPath: String, containerPath: String? = nil, permissions: String = "rwm") {
        self.hostPath = hostPath
        self.containerPath = containerPath
        self.permissions = permissions
    }

    private enum CodingKeys: String, CodingKey {
        case permissions
        case hostPath = "host_path"
        case containerPath = "container_path"
    }

    /// Reads the wire form.
    public init(from decoder: any Decoder) throws {
        let keyed = try decoder.container(keyedBy: CodingKeys.self)
        hostPath = try keyed.decode(String.self, forKey: .hostPath)
        containerPath = try keyed.decodeIfPresent(String.self, forKey: .containerPath)
        permissions = try keyed.decodeIfPresent(String.self, forKey: .permissions) ?? "rwm"
    }
}
