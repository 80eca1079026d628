public import Model

/// Which configs of a document may change below running containers, and what containers are made from.
public struct LiveConfigs: Sendable {
    private var live: Set<ConfigReference> = []
    /// Only what differs from the version itself.
    private var made: [ConfigReference: ConfigReference] = [:]

    /// Looks through a document.
    public init(_ document: DesiredStateDocument) {
        for config in document.configs {
            if config.content.isLive { live.insert(config.reference) }
            if config.made != config.reference { made[config.reference] = config.made }
        }
    }

    /// The versions of a replica's configs that have live files, in the replica's order.
    public func live(of replica: DesiredReplica) -> [ConfigReference] {
        live.isEmpty ? [] : replica.configs.filter(live.contains)
    }

    /// The replica as its container is made: versions that only write files anew count as the one they began with.
    public func made(_ replica: DesiredReplica) -> DesiredReplica {
        guard !made.isEmpty, replica.configs.contains(where: { made[$0] != nil }) else { return replica }
        var replica = replica
        replica.configs = replica.configs.map { made[$0] ?? $0 }
        return replica
    }
}
