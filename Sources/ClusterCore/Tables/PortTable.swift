import Model

/// Who holds which host port of one node.
struct PortTable: Hashable, Sendable {
    /// A transport and a number.
    struct Key: Hashable, Sendable {
        var transport: PortMapping.Transport
        var port: UInt16

        /// One multiplication: every port of every placement is looked up, and there are too few to be chosen badly.
        func _rawHashValue(seed: Int) -> Int {
            let word = UInt64(port) << 1 | (transport == .tcp ? 0 : 1)
            let product = (word ^ UInt64(bitPattern: Int64(seed))) &* 0x9E37_79B9_7F4A_7C15
            return Int(truncatingIfNeeded: product >> 32)
        }
    }

    /// One reservation; a nil address means all of them.
    struct Holder: Hashable, Sendable {
        var hostIP: String?
        var deploymentID: DeploymentID
        /// Nil while the placement is only planned.
        var assignmentID: AssignmentID?
    }

    private var holders: [Key: Holder] = [:]
    /// Further holders of a port, each on an address of its own.
    private var others: [Key: [Holder]] = [:]

    /// The reservation that stands in the way of a port on an address, other than those of `ignored`.
    func conflict(with key: Key, hostIP: String?, ignoring ignored: AssignmentID? = nil) -> Holder? {
        guard let first = holders[key] else { return nil }
        let wanted = Self.canonicalAddress(hostIP)
        if Self.collides(first, wanted, ignored) { return first }
        guard !others.isEmpty else { return nil }
        return others[key]?.first { Self.collides($0, wanted, ignored) }
    }

    mutating func reserve(
        _ ports: [PortMapping], for deploymentID: DeploymentID, _ assignmentID: AssignmentID?
    ) {
        for port in ports {
            guard let hostPort = port.hostPort else { continue }
            let holder = Holder(
                hostIP: Self.canonicalAddress(port.hostIP), deploymentID: deploymentID,
                assignmentID: assignmentID)
            let key = Key(transport: port.transport, port: hostPort)
            if holders[key] == nil {
                holders[key] = holder
            } else {
                others[key, default: []].append(holder)
            }
        }
    }

    mutating func release(_ ports: [PortMapping], of assignmentID: AssignmentID) {
        for port in ports {
            guard let hostPort = port.hostPort else { continue }
            let key = Key(transport: port.transport, port: hostPort)
            others[key]?.removeAll { $0.assignmentID == assignmentID }
            if holders[key]?.assignmentID == assignmentID {
                holders[key] = others[key]?.isEmpty == false ? others[key]?.removeFirst() : nil
            }
            if others[key]?.isEmpty == true { others[key] = nil }
        }
    }

    private static func collides(_ holder: Holder, _ wanted: String?, _ ignored: AssignmentID?) -> Bool {
        if let ignored, holder.assignmentID == ignored { return false }
        return wanted == nil || holder.hostIP == nil || holder.hostIP == wanted
    }

    /// Nil for the spellings of "every address".
    static func canonicalAddress(_ address: String?) -> String? {
        switch address {
        case nil, "", "0.0.0.0", "::": nil
        case let address?: address
        }
    }
}
