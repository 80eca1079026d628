internal import JSON

/// Something mounted into a container.
public struct ContainerMount: Sendable, Hashable {
    /// What is mounted.
    public enum Kind: String, Sendable {
        /// A file or folder of the host.
        case bind
        /// A named volume.
        case volume
        /// Memory.
        case tmpfs
    }

    /// What is mounted.
    public var kind: Kind
    /// The host path or volume name; empty for memory.
    public var source: String
    /// The absolute path inside the container.
    public var target: String
    /// Whether the container cannot write to it.
    public var readOnly: Bool
    /// Largest size of a memory mount in bytes; nil is the kernel's rule.
    public var sizeBytes: Int64?

    /// States a mount.
    public init(
        kind: Kind, source: String = "", target: String, readOnly: Bool = false, sizeBytes: Int64? = nil
    ) {
        self.kind = kind
        self.source = source
        self.target = target
        self.readOnly = readOnly
        self.sizeBytes = sizeBytes
    }

    var node: JSONNode {
        var members = [
            JSONMember(key: "Type", value: .string(kind.rawValue)),
            JSONMember(key: "Target", value: .string(target)),
        ]
        if !source.isEmpty { members.append(JSONMember(key: "Source", value: .string(source))) }
        if readOnly { members.append(JSONMember(key: "ReadOnly", value: .bool(true))) }
        if let sizeBytes, kind == .tmpfs {
            members.append(
                JSONMember(key: "TmpfsOptions", value: .object(["SizeBytes": .integer(sizeBytes)])))
        }
        return .object(members)
    }
}

/// A device of the host given to a container.
public struct ContainerDevice: Sendable, Hashable {
    /// The path on the host.
    public var hostPath: String
    /// The path inside the container.
    public var containerPath: String
    /// Letters of `r`, `w` and `m` (make nodes).
    public var permissions: String

    /// States a device.
    public init(hostPath: String, containerPath: String, permissions: String = "rwm") {
        self.hostPath = hostPath
        self.containerPath = containerPath
        self.permissions = permissions
    }

    var node: JSONNode {
        .object([
            "PathOnHost": .string(hostPath), "PathInContainer": .string(containerPath),
            "CgroupPermissions": .string(permissions),
        ])
    }
}
