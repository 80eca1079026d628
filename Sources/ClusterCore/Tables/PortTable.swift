import Model

/// Who holds which host port of one node.
struct PortTable: Hashable, Sendable {
    /// A transport and a number.
    struct Key: Hashable, Sendable {
        var transport: PortMapping.Transport
        var port: UInt16
    }

    /// One reservation; a nil address means all of them.
    struct Holder: Hashable, Sendable {
        var hostIP: String?
        var deploymentID: DeploymentID
        /// Nil while the placement is only planned.
        var assignmentID: AssignmentID?
    }

    private var holders: [Key: [Holder]] = [:]

    /// The reservation that stands in the way of a port on an address, other than those of `ignored`.
    func conflict(with key: Key, hostIP: String?, ignoring ignored: AssignmentID? = nil) -> Holder? {
        guard let candidates = holders[key] else { return nil }
        let wanted = Self.canonicalAddress(hostIP)
        return candidates.first { holder in
            if let ignored, holder.assignmentID == ignored { return false }
            return wanted == nil || holder.hostIP == nil || holder.hostIP == wanted
        }
    }

    mutating func reserve(
        _ ports: [PortMapping], for deploymentID: DeploymentID, _ assignmentID: AssignmentID?
    ) {
        for port in ports {
            guard let hostPort = port.hostPort else { continue }
            let holder = Holder(
                hostIP: Self.canonicalAddress(port.hostIP), deploymentID: deploymentID,
                assignmentID: assignmentID)
            holders[Key(transport: port.transport, port: hostPort), default: []].append(holder)
        }
    }

    mutating func release(_ ports: [PortMapping], of assignmentID: AssignmentID) {
        for port in ports {
            guard let hostPort = port.hostPort else { continue }
            let key = Key(transport: port.transport, port: hostPort)
            holders[key]?.removeAll { $0.assignmentID == assignmentID }
            if holders[key]?.isEmpty == true { holders[key] = nil }
        }
    }

    /// Nil for the spellings of "every address".
    static func canonicalAddress(_ address: String?) -> String? {
        switch address {
        case nil, "", "0.0.0.0", "::": nil
        case let address?: address
        }
    }
}
