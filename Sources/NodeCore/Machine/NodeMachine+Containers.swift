public import Model

extension NodeMachine {
    /// The container that stands for a replica: the one that runs, else the one that ran last.
    public func container(of id: AssignmentID) -> ContainerID? {
        guard let containers = tracks[id]?.containers else { return nil }
        if let alive = containers.last(where: { $0.state.isAlive }) { return alive.id }
        return containers.max {
            ($0.observed.startedAt?.milliseconds ?? 0) < ($1.observed.startedAt?.milliseconds ?? 0)
        }?.id
    }

    /// How long a container of ours has to end by itself; nil for one that is not known.
    public func graceSecs(of id: ContainerID) -> Int? { owners[id].flatMap { tracks[$0]?.graceSecs(of: id) } }

    /// The longest time that one of the containers has to end by itself; nil without any.
    public var longestGraceSecs: Int? { owners.keys.compactMap { graceSecs(of: $0) }.max() }

    /// What is wished of a replica.
    public func replica(_ id: AssignmentID) -> DesiredReplica? { tracks[id]?.wish?.replica }
}
