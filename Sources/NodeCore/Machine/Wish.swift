internal import Model

/// What the document says of one replica, with the hash the shell made of it.
struct Wish: Hashable, Sendable {
    var replica: DesiredReplica
    var specHash: String
    var epoch: Epoch
    /// The versions of its configs that have files which may change below its container.
    var live: [ConfigReference] = []

    var hostPorts: [HostPort] { HostPort.of(replica) }
    var writableVolumes: [String] { replica.container.writableVolumes }
    var restartPolicy: RestartSpec.Policy { replica.container.restart?.policy ?? .always }
    var resetAfterMilliseconds: Int64 { Int64(replica.container.restart?.resetAfterSecs ?? 600) * 1000 }
    var healthyAfterMilliseconds: Int64 { Int64(max(0, replica.strategy.healthyAfterSecs)) * 1000 }
    var gateMilliseconds: Int64 { Int64(max(0, replica.strategy.gateSecs)) * 1000 }
    var pullKey: PullKey {
        PullKey(
            image: replica.container.image, policy: replica.container.pull.policy,
            credential: replica.container.pull.credential)
    }
}
