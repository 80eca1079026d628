/// One port the container serves.
public struct PortMapping: Codable, Hashable, Sendable {
    /// The transport of a port.
    public enum Transport: String, Codable, Hashable, Sendable, CaseIterable {
        /// A byte stream.
        case tcp
        /// Datagrams.
        case udp
    }

    /// The port inside the container, 1 to 65535.
    public var containerPort: UInt16
    /// The port on the node; nil in a declaration lets the scheduler choose, resolved ports always have one.
    public var hostPort: UInt16?
    /// The transport.
    public var transport: Transport
    /// The node's address to listen on; nil is all of them.
    public var hostIP: String?
    /// Whether clients outside the node are told of it.
    public var expose: Bool
    /// Whether it gets a port on the node at all; false leaves it to probes, tunnel and gateway.
    public var publish: Bool
    /// `host:port` where clients reach it; made by the control plane, ignored on input.
    public var endpoint: String?

    /// Declares a port.
    public init(
        containerPort: UInt16, hostPort: UInt16? = nil, transport: Transport = .tcp, hostIP: String? = nil,
        expose: Bool = false, publish: Bool = true, endpoint: String? = nil
    ) {
        self.containerPort = containerPort
        self.hostPort = hostPort
        self.transport = transport
        self.hostIP = hostIP
        self.expose = expose
        self.publish = publish
        self.endpoint = endpoint
    }

    private enum CodingKeys: String, CodingKey {
        case expose, publish, endpoint
        case containerPort = "container_port"
        case hostPort = "host_port"
        case transport = "protocol"
        case hostIP = "host_ip"
    }

    /// Reads the wire form; absent keys take the contract's defaults.
    public init(from decoder: any Decoder) throws {
        let keyed = try decoder.container(keyedBy: CodingKeys.self)
        containerPort = try keyed.decode(UInt16.self, forKey: .containerPort)
        hostPort = try keyed.decodeIfPresent(UInt16.self, forKey: .hostPort)
        transport = try keyed.decodeIfPresent(Transport.self, forKey: .transport) ?? .tcp
        hostIP = try keyed.decodeIfPresent(String.self, forKey: .hostIP)
        expose = try keyed.decodeIfPresent(Bool.self, forKey: .expose) ?? false
        publish = try keyed.decodeIfPresent(Bool.self, forKey: .publish) ?? true
        endpoint = try keyed.decodeIfPresent(String.self, forKey: .endpoint)
    }

    /// Writes the wire form; `publish` only where it differs from the default.
    public func encode(to encoder: any Encoder) throws {
        var keyed = encoder.container(keyedBy: CodingKeys.self)
        try keyed.encode(containerPort, forKey: .containerPort)
        try keyed.encodeIfPresent(hostPort, forKey: .hostPort)
        try keyed.encode(transport, forKey: .transport)
        try keyed.encodeIfPresent(hostIP, forKey: .hostIP)
        try keyed.encode(expose, forKey: .expose)
        if !publish { try keyed.encode(publish, forKey: .publish) }
        try keyed.encodeIfPresent(endpoint, forKey: .endpoint)
    }
}
