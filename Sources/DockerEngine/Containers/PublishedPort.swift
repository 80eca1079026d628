internal import JSON
public import Model

/// A port of a container, and where the host listens for it.
public struct PublishedPort: Sendable, Hashable {
    /// The port inside the container.
    public var containerPort: UInt16
    /// The transport.
    public var transport: PortMapping.Transport
    /// The host address; empty is all.
    public var hostIP: String
    /// The host port; nil when it is not published, or when the engine shall choose.
    public var hostPort: UInt16?

    /// States a port.
    public init(
        containerPort: UInt16, transport: PortMapping.Transport = .tcp, hostIP: String = "",
        hostPort: UInt16? = nil
    ) {
        self.containerPort = containerPort
        self.transport = transport
        self.hostIP = hostIP
        self.hostPort = hostPort
    }

    /// `80/tcp`.
    var key: String { "\(containerPort)/\(transport.rawValue)" }

    /// Reads the `Ports` or `PortBindings` object of an inspected container.
    static func list(_ node: JSONNode?) -> [PublishedPort] {
        var ports: [PublishedPort] = []
        for member in node?.objectValue ?? [] {
            guard let (port, transport) = parts(member.key) else { continue }
            let bindings = member.value.arrayValue ?? []
            if bindings.isEmpty { ports.append(PublishedPort(containerPort: port, transport: transport)) }
            for binding in bindings {
                ports.append(
                    PublishedPort(
                        containerPort: port, transport: transport, hostIP: binding.text("HostIp"),
                        hostPort: UInt16(binding.text("HostPort")).flatMap { $0 == 0 ? nil : $0 }))
            }
        }
        return ports
    }

    /// Reads an element of a listed container's `Ports`.
    init?(summary node: JSONNode) {
        guard let port = UInt16(exactly: node.integer("PrivatePort")),
            let transport = PortMapping.Transport(rawValue: node.text("Type"))
        else { return nil }
        self.init(
            containerPort: port, transport: transport, hostIP: node.text("IP"),
            hostPort: UInt16(exactly: node.integer("PublicPort")).flatMap { $0 == 0 ? nil : $0 })
    }

    private static func parts(_ key: String) -> (UInt16, PortMapping.Transport)? {
        let parts = key.utf8.split(separator: 0x2F)
        guard parts.count == 2, let port = UInt16(String(decoding: parts[0], as: UTF8.self)),
            let transport = PortMapping.Transport(rawValue: String(decoding: parts[1], as: UTF8.self))
        else { return nil }
        return (port, transport)
    }
}
