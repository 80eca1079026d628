public import Model

extension NodeMachine {
    /// What to say of every replica, ordered by assignment; removed ones are in it until acknowledged.
    ///
    /// `sequence` is the number of the heartbeat that will carry this.
    public mutating func reports(sequence: UInt64, at now: Moment) -> [InstanceReport] {
        let gone = removed.reports(in: sequence).map { (id: $0.assignmentID, report: $0) }
        let present = tracks.values.map { (id: Optional($0.assignmentID), report: report(of: $0, at: now)) }
        return (gone + present).sorted { left, right in
            guard let first = left.id, let second = right.id else { return left.id == nil && right.id != nil }
            return first < second
        }.map(\.report)
    }

    /// The address that this machine is reached at became known, or changed: reports show it with every endpoint.
    public mutating func addressFound(_ address: String) {
        guard settings.advertisedHost != address else { return }
        settings.advertisedHost = address
        statusVersion += 1
    }

    /// The control plane acknowledged the heartbeat with this number: what it reported as removed is forgotten.
    public mutating func reportAcknowledged(sequence: UInt64) { removed.acknowledged(sequence) }

    /// What is the matter with the node, for heartbeats.
    public var conditions: [Condition] {
        [dockerCondition, diskCondition, storageCondition].compactMap(\.self)
    }

    private var dockerCondition: Condition? {
        guard case .unreachable(let reason, let since) = docker else { return nil }
        let message =
            "Docker cannot be reached: \(reason); containers are left alone, it is asked again until it answers"
        return Condition(type: "docker_down", message: message, since: since)
    }

    private var diskCondition: Condition? {
        diskPressureSince.map {
            Condition(
                type: "disk_pressure",
                message: "the disk of Docker's images and containers is nearly full (from "
                    + "\(NodeLimits.diskPressurePercent) %, until below \(NodeLimits.diskReliefPercent) %): pulls and "
                    + "containers that write will fail; make room (docker system df) or add space",
                since: $0)
        }
    }

    private var storageCondition: Condition? {
        persistence.failure.map {
            Condition(
                type: "storage_full",
                message: "what is remembered of replicas cannot be written: \($0); containers go on, it is "
                    + "tried again every \(NodeLimits.persistRetryMilliseconds / 1000) s")
        }
    }

    private func report(of track: ReplicaTrack, at now: Moment) -> InstanceReport {
        let status = ReplicaStatus(track, isDockerKnown: docker == .current, settings)
        return InstanceReport(
            assignmentID: track.assignmentID, deploymentID: track.origin.deploymentID,
            replicaNumber: track.origin.replicaNumber, generation: status.generation,
            containerID: status.serving?.id.rawValue, state: status.state,
            message: message(of: track, status, at: now), restartCount: track.memory.restartCount,
            lastUpdated: track.statusChangedAt, rejectedGeneration: track.rejectedGeneration,
            imageDigest: imageDigest(of: status, track),
            isPortTaken: track.awaitsPort || track.isPortTaken && status.state != .running,
            endpoints: endpoints(of: status, track), health: HealthReport.of(status.serving))
    }

    private func imageDigest(of status: ReplicaStatus, _ track: ReplicaTrack) -> String? {
        guard let serving = status.serving else { return nil }
        return track.memory.resolved?.first { $0.specHash == serving.specHash }?.digest
    }

    private func message(of track: ReplicaTrack, _ status: ReplicaStatus, at now: Moment) -> String? {
        switch docker {
        case .current where document == nil:
            "no desired state is known here yet; the container is left alone"
        case .current: StatusWords.message(track, status, settings, at: now.monotonic)
        case .listing: "Docker answers again; its containers are being listed"
        case .unreachable(let reason, _):
            "Docker cannot be reached: \(reason); the container is left alone until it answers"
        }
    }

    private func endpoints(of status: ReplicaStatus, _ track: ReplicaTrack) -> [String] {
        guard let serving = status.serving, serving.state.isAlive else { return [] }
        guard status.isRight, let wish = track.wish else {
            return serving.observed.hostPorts.map { "\($0.address ?? settings.advertisedHost):\($0.number)" }
        }
        return wish.replica.ports.compactMap { port in
            port.endpoint ?? port.hostPort.map { "\(port.hostIP ?? settings.advertisedHost):\($0)" }
        }
    }
}
