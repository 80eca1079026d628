internal import Model

/// Whether the old container is stopped before the new one is started.
enum SwitchOrder {
    /// Whether one container must not run while the other does, whichever of them is the new one, ports aside.
    static func excludes(_ wish: Wish, _ one: ContainerRecord, _ other: ContainerRecord) -> Bool {
        guard one.specHash != other.specHash else { return false }
        return excludes(wish, writableVolumes(of: one, wish), writableVolumes(of: other, wish))
    }

    /// A host port that both need, so that only one of them can run.
    static func sharedPort(_ wish: Wish, _ old: ContainerRecord) -> UInt16? {
        wish.hostPorts.first { HostPort.anyCollide([$0], old.observed.hostPorts) }?.number
    }

    /// What is to be said of `start_first`: that it is not what happens, or what it risks; nil when neither is so.
    static func remark(_ wish: Wish, old: ContainerRecord) -> String? {
        let strategy = wish.replica.strategy
        guard strategy.order == .startFirst, strategy.kind != .recreate else { return nil }
        if let port = sharedPort(wish, old) {
            return
                "start_first is not possible, old and new share host port \(port): the old one is stopped first"
        }
        return sharedVolume(wish.writableVolumes, writableVolumes(of: old, wish)).map {
            "start_first lets old and new write to volume \($0) at the same time; auto stops the old one first"
        }
    }

    private static func excludes(_ wish: Wish, _ one: [String]?, _ other: [String]?) -> Bool {
        let strategy = wish.replica.strategy
        if strategy.kind == .recreate { return true }
        return switch strategy.order {
        case .stopFirst: true
        case .startFirst: false
        case .auto: sharedVolume(one, other) != nil
        }
    }

    /// A host path that both may write to; one whose paths are not known may write to every path of the other.
    private static func sharedVolume(_ one: [String]?, _ other: [String]?) -> String? {
        guard let one, let other else { return (one ?? other)?.first }
        return one.first { path in
            other.contains { PathRules.lies(path, below: $0) || PathRules.lies($0, below: path) }
        }
    }

    private static func writableVolumes(of record: ContainerRecord, _ wish: Wish) -> [String]? {
        record.specHash == wish.specHash ? wish.writableVolumes : record.identity.writableVolumes
    }
}
