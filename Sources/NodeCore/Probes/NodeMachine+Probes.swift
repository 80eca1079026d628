internal import Model

extension NodeMachine {
    /// Asks one replica's container what is due, as far as the lane has room.
    mutating func probe(_ id: AssignmentID, at now: MonotonicInstant) -> [NodeAction] {
        guard docker == .current, var track = tracks[id] else { return [] }
        guard let index = track.probedIndex, let spec = track.healthSpec(of: track.containers[index]) else {
            return []
        }
        defer { tracks[id] = track }
        let container = track.containers[index].id
        track.tendHealth(at: index, spec, run: flights.clock, phase: Self.phase(of: container), at: now)
        var actions: [NodeAction] = []
        for kind in track.containers[index].health?.active ?? [] {
            guard let health = track.containers[index].health, let probe = health[kind], !probe.isAsking,
                probe.dueAt <= now
            else { continue }
            guard flights.hasRoom(.probe) else {
                // The next answer makes room and looks again; a timer would spin until then.
                queue.add(id)
                return actions
            }
            let call = ProbeCall(
                containerID: container, run: health.run, kind: kind, check: probe.spec.check,
                timeoutMilliseconds: Int64(probe.spec.timeoutSeconds) * 1000)
            actions.append(
                flights.begin(.probe(container, kind, run: health.run), .probe, .probe(call), for: id))
            track.containers[index].health?[kind]?.asked()
        }
        if let due = track.containers[index].health?.nextDue { track.wake(atLatest: due) }
        return actions
    }

    /// An answer for a run that is over, or for a container that is gone, is dropped.
    mutating func finishProbe(
        of id: ContainerID, _ kind: ProbeKind, run: UInt64, _ result: ActionResult, at now: Moment
    ) {
        guard let owner = owners[id], let index = tracks[owner]?.index(of: id),
            tracks[owner]?.containers[index].health?.run == run
        else { return }
        var outcome = ProbeOutcome.notAsked
        if case .probed(let answer) = result { outcome = answer }
        tracks[owner]?.containers[index].health?.answered(
            kind, outcome, phase: Self.phase(of: id), at: now)
        tracks[owner]?.condemnIfFatal(id, settings, at: now.monotonic)
        queue.add(owner)
    }

    /// A number from 0 to 127 that differs from container to container.
    private static func phase(of id: ContainerID) -> Int64 {
        Int64(id.rawValue.utf8.prefix(16).reduce(0) { ($0 &* 31 &+ Int($1)) & 127 })
    }
}
