import Model

/// Which host ports some mappings may take, in one word: one bit for every 64th port.
///
/// Two sets whose sketches do not meet have no port in common; where they meet, the ports themselves are compared.
struct PortSketch: Hashable, Sendable {
    private var bits: UInt64 = 0

    /// The sketch of no port.
    init() {}

    init(_ ports: [PortMapping], _ formerPorts: [PortMapping]) {
        insert(ports)
        insert(formerPorts)
    }

    /// Takes further mappings in; those without a host port take none.
    mutating func insert(_ ports: [PortMapping]) {
        for port in ports {
            if let number = port.hostPort { bits |= 1 << UInt64(number & 63) }
        }
    }

    /// Whether a port may be in both.
    func meets(_ other: PortSketch) -> Bool { bits & other.bits != 0 }
}
