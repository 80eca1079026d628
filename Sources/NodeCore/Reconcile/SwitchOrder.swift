internal import Model

/// Whether the old container is stopped before the new one is started.
enum SwitchOrder {
    static func stopsFirst(_ wish: Wish, old: ContainerRecord) -> Bool {
        let strategy = wish.replica.strategy
        if strategy.kind == .recreate || sharedPort(wish, old) != nil { return true }
        return strategy.order == .stopFirst
    }

    /// A host port that both need, so that only one of them can run.
    static func sharedPort(_ wish: Wish, _ old: ContainerRecord) -> UInt16? {
        wish.hostPorts.first { HostPort.anyCollide([$0], old.observed.hostPorts) }?.number
    }

    /// Why `start_first` is not what happens; nil when it is, or was not asked for.
    static func remark(_ wish: Wish, old: ContainerRecord) -> String? {
        let strategy = wish.replica.strategy
        guard strategy.order == .startFirst, strategy.kind != .recreate else { return nil }
        return sharedPort(wish, old).map {
            "start_first is not possible, old and new share host port \($0): the old one is stopped first"
        }
    }
}
