public import Model

/// Replicas for documents of the script.
public enum Replicas {
    /// One replica; equal numbers are equal placements.
    public static func one(
        _ number: UInt64 = 1, image: String = "app:1", generation: UInt64 = 1, hostPort: UInt16? = nil,
        env: [String: String] = [:], command: [String]? = nil, restart: RestartSpec? = nil,
        pull: PullSpec.Policy = .missing, graceSecs: Int = 5, state: DesiredState = .running
    ) -> DesiredReplica {
        DesiredReplica(
            assignmentID: AssignmentID(UUIDValue(high: 2, low: number)),
            deploymentID: DeploymentID(UUIDValue(high: 3, low: number)), name: "app\(number)",
            replicaNumber: 0, generation: generation, desiredState: state,
            ports: hostPort.map { [PortMapping(containerPort: 80, hostPort: $0)] } ?? [],
            container: ContainerSpec(
                image: image, command: command, env: env, restart: restart, stopGraceSecs: graceSecs,
                pull: PullSpec(policy: pull)))
    }
}
