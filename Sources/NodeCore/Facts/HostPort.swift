public import Model

/// A port on the node that a container has published.
public struct HostPort: Hashable, Sendable {
    /// The port's number.
    public var number: UInt16
    /// The transport.
    public var transport: PortMapping.Transport
    /// The address; nil is all of them.
    public var address: String?

    /// Names a port; the wildcard addresses become nil.
    public init(number: UInt16, transport: PortMapping.Transport = .tcp, address: String? = nil) {
        self.number = number
        self.transport = transport
        let isWildcard = address == "" || address == "0.0.0.0" || address == "::"
        self.address = isWildcard ? nil : address
    }

    /// Whether both cannot be held at the same time.
    public func collides(with other: HostPort) -> Bool {
        guard number == other.number, transport == other.transport else { return false }
        return address == nil || other.address == nil || address == other.address
    }

    /// The host ports of a replica.
    public static func of(_ replica: DesiredReplica) -> [HostPort] {
        replica.ports.compactMap { mapping in
            mapping.hostPort.map {
                HostPort(number: $0, transport: mapping.transport, address: mapping.hostIP)
            }
        }
    }

    static func anyCollide(_ left: [HostPort], _ right: [HostPort]) -> Bool {
        left.contains { mine in right.contains { mine.collides(with: $0) } }
    }
}
