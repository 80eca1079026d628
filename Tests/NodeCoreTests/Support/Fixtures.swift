import Model
import NodeCore

/// Replicas and documents for tests.
enum Fixtures {
    static func replica(
        _ number: UInt64 = 1, image: String = "app:1", generation: UInt64 = 1, nonce: UInt64 = 0,
        state: DesiredState = .running, hostPort: UInt16? = nil, restart: RestartSpec? = nil,
        pull: PullSpec.Policy = .missing, strategy: RolloutStrategy = RolloutStrategy(),
        health: HealthSpec? = nil, volumes: [VolumeMount] = [], graceSecs: Int? = nil
    ) -> DesiredReplica {
        var replica = DesiredReplica(
            assignmentID: AssignmentID(UUIDValue(high: 2, low: number)),
            deploymentID: DeploymentID(UUIDValue(high: 3, low: number)), name: "app\(number)",
            replicaNumber: 0,
            generation: generation, restartNonce: nonce, desiredState: state, strategy: strategy,
            ports: hostPort.map { [PortMapping(containerPort: 80, hostPort: $0)] } ?? [],
            container: ContainerSpec(image: image, restart: restart, pull: PullSpec(policy: pull)))
        replica.container.health = health
        replica.container.volumes = volumes
        if let graceSecs { replica.container.stopGraceSecs = graceSecs }
        return replica
    }

    static func document(
        _ replicas: [DesiredReplica], revision: UInt64 = 1, head: UInt64? = nil, epoch: Epoch = World.epoch,
        accepts: [Epoch] = [], emptiedBy: DesiredStateDocument.EmptiedBy? = nil
    ) -> DesiredStateDocument {
        DesiredStateDocument(
            epoch: epoch, revision: revision, headRevision: head ?? revision, accepts: accepts,
            emptiedBy: emptiedBy,
            controlPlaneVersion: "1.0.0", minSupportedAgentVersion: "0.0.0",
            maxSupportedAgentVersion: "99.0.0",
            tunnel: TunnelEndpoint(host: "127.0.0.1", port: 1, useTLS: false), deployments: replicas)
    }

    static func container(
        _ id: String, of replica: DesiredReplica, node: NodeID = World.nodeID, hash: String? = nil,
        state: ContainerRunState = .running
    ) -> FakeEngine.Container {
        let identity = ContainerIdentity(
            nodeID: node, epoch: World.epoch, replica: replica, specHash: hash ?? World.hash(replica))
        let fact = ObservedContainer(
            id: ContainerID(id), name: id, identity: identity, state: state, imageID: replica.container.image,
            hostPorts: HostPort.of(replica))
        return FakeEngine.Container(fact: fact, image: replica.container.image)
    }
}
