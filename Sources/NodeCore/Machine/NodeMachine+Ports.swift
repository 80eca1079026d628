internal import Model

extension NodeMachine {
    /// While a change waits for a host port that another program holds, looks from time to time who holds what.
    mutating func lookAtPorts(at now: MonotonicInstant) -> [NodeAction] {
        guard docker == .current, outlines.values.contains(where: \.awaitsPort) else {
            portsLookAt = nil
            return []
        }
        let due = portsLookAt ?? now.adding(milliseconds: NodeLimits.portLookMilliseconds)
        portsLookAt = due
        guard due <= now, !flights.has(.ports) else { return [] }
        portsLookAt = now.adding(milliseconds: NodeLimits.portLookMilliseconds)
        return [flights.begin(.ports, .node, .listPorts)]
    }

    /// Changes whose ports nobody else holds any more begin anew.
    mutating func finishPorts(_ result: ActionResult) {
        guard case .portsListed(let taken) = result else { return }
        let foreign = taken.subtracting(ownHostPorts)
        for id in outlines.filter(\.value.awaitsPort).keys {
            guard let wish = tracks[id]?.wish,
                !wish.hostPorts.contains(where: { foreign.contains($0.number) })
            else { continue }
            tracks[id]?.memory.rejected = nil
            queue.add(id)
        }
    }
}

extension ReplicaTrack {
    /// Whether its newest generation waits for a host port that another program holds.
    var awaitsPort: Bool {
        guard let wish, wish.replica.desiredState == .running, let rejected = memory.rejected else {
            return false
        }
        return rejected.awaitsPort == true && rejected.bars(wish) && fallback(wish) != nil
    }

    /// The generation that did not work here, for reports; one that only waits for a port is not given up.
    var rejectedGeneration: UInt64? {
        memory.rejected.flatMap { $0.awaitsPort == true ? nil : $0.generation }
    }
}
