import Model

extension NodeMachine {
    /// The containers that run for replicas; none while Docker's word is missing or old.
    public var sampleTargets: [SampleTarget] {
        guard docker == .current else { return [] }
        return tracks.values.compactMap { track in
            let status = ReplicaStatus(track, isDockerKnown: true, settings)
            guard let serving = status.serving, serving.state == .running else { return nil }
            let replica = ReplicaKey(
                deploymentID: track.origin.deploymentID, replicaNumber: track.origin.replicaNumber)
            return SampleTarget(
                assignmentID: track.assignmentID, replica: replica, containerID: serving.id)
        }
    }

    /// Whether a container's newest start followed an end that nobody asked for.
    public func isRestart(of id: ContainerID) -> Bool {
        owners[id].flatMap { tracks[$0]?.record(id)?.isRestart } ?? false
    }
}
