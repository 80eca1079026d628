import Model

/// Finds the host ports of a replica on one node.
struct PortResolver {
    /// Ports found, or why there are none.
    enum Finding {
        case resolved([PortMapping])
        case refused(Refusal)
    }

    let settings: ClusterSettings
    let reserved: PortTable
    let foreignPorts: Set<UInt16>
    /// The placement whose own reservations do not stand in its way.
    let ignoring: AssignmentID?
    /// Reservations that are planned only.
    let planned: PortTable?

    init(
        settings: ClusterSettings, reserved: PortTable, foreignPorts: Set<UInt16>,
        ignoring: AssignmentID? = nil, planned: PortTable? = nil
    ) {
        self.settings = settings
        self.reserved = reserved
        self.foreignPorts = foreignPorts
        self.ignoring = ignoring
        self.planned = planned
    }

    /// Gives every published port a host port; a written one is strict, one held before is kept.
    func resolve(_ declared: [PortMapping], keeping former: [PortMapping] = []) -> Finding {
        guard !declared.isEmpty else { return .resolved([]) }
        if declared.count == 1 { return resolveOne(declared[0], former) }
        var taken = PortTable()
        var resolved: [Int: PortMapping] = [:]
        let written = declared.indices.filter { declared[$0].hostPort != nil }
        let unwritten = declared.indices.filter { declared[$0].hostPort == nil }
        for index in written + unwritten {
            guard declared[index].publish else {
                resolved[index] = Self.unpublished(declared[index])
                continue
            }
            var port = declared[index]
            switch hostPort(for: port, taken: taken, former: former) {
            case .success(let number): port.hostPort = number
            case .failure(let refusal): return .refused(refusal.refusal)
            }
            port.endpoint = nil
            taken.reserve([port], for: Self.nobody, nil)
            resolved[index] = port
        }
        return .resolved(declared.indices.compactMap { resolved[$0] })
    }

    /// The usual case, without tables of its own.
    private func resolveOne(_ declared: PortMapping, _ former: [PortMapping]) -> Finding {
        guard declared.publish else { return .resolved([Self.unpublished(declared)]) }
        var port = declared
        switch hostPort(for: port, taken: nil, former: former) {
        case .success(let number): port.hostPort = number
        case .failure(let refusal): return .refused(refusal.refusal)
        }
        port.endpoint = nil
        return .resolved([port])
    }

    /// A port that stays inside takes nothing of the node.
    private static func unpublished(_ declared: PortMapping) -> PortMapping {
        var port = declared
        port.hostPort = nil
        port.endpoint = nil
        return port
    }

    private struct Refused: Error { let refusal: Refusal }
    private static let nobody = DeploymentID(UUIDValue(high: 0, low: 0))

    private func hostPort(
        for port: PortMapping, taken: PortTable?, former: [PortMapping]
    ) -> Result<UInt16, Refused> {
        if let written = port.hostPort {
            if let refusal = refusal(of: written, for: port, taken: taken) {
                return .failure(Refused(refusal: refusal))
            }
            return .success(written)
        }
        let before = former.first { $0.containerPort == port.containerPort && $0.transport == port.transport }
        if let kept = before?.hostPort, refusal(of: kept, for: port, taken: taken) == nil {
            return .success(kept)
        }
        if !settings.portsAutoAssign, refusal(of: port.containerPort, for: port, taken: taken) == nil {
            return .success(port.containerPort)
        }
        for candidate in settings.portRange where refusal(of: candidate, for: port, taken: taken) == nil {
            return .success(candidate)
        }
        return .failure(Refused(refusal: .portRangeExhausted(settings.portRange)))
    }

    private func refusal(of number: UInt16, for port: PortMapping, taken: PortTable?) -> Refusal? {
        let key = PortTable.Key(transport: port.transport, port: number)
        if let holder = reserved.conflict(with: key, hostIP: port.hostIP, ignoring: ignoring) {
            return .portReserved(key, by: holder.deploymentID)
        }
        if let holder = planned?.conflict(with: key, hostIP: port.hostIP) {
            return .portReserved(key, by: holder.deploymentID)
        }
        if let holder = taken?.conflict(with: key, hostIP: port.hostIP) {
            return .portReserved(key, by: holder.deploymentID)
        }
        return foreignPorts.contains(number) ? .portForeign(key) : nil
    }
}
