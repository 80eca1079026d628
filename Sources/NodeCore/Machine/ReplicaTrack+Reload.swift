internal import Model

/// Files of configs that change below a running container.
extension ReplicaTrack {
    /// Whether the container runs as wished but for files that hold other versions, or may hold them.
    func lacksReload(_ record: ContainerRecord, _ wish: Wish) -> Bool {
        !wish.live.isEmpty && record.live != wish.live && record.specHash == wish.specHash
            && record.state.isAlive && wish.replica.desiredState == .running && fallback(wish) == nil
    }

    /// The newest generation that the container's files and declaration were, where that is known; 0 for what was
    /// made in another history, whose numbers mean something else.
    func servedGeneration(_ record: ContainerRecord) -> UInt64 {
        if let good = memory.knownGood, good.containerID == record.id, let served = good.generation {
            return served
        }
        if let wish, let epoch = record.identity.epoch, epoch != wish.epoch { return 0 }
        return record.identity.generation
    }

    /// A start is about to write the files anew; those of a container that is not wished are whatever is left.
    mutating func willRefresh(_ index: Int) {
        containers[index].live = containers[index].specHash == wish?.specHash ? wish?.live : nil
        reload.reset()
    }

    /// A reload is about to begin: until it is done some files may be written and others not, or nobody was told.
    mutating func willReload(_ id: ContainerID) {
        guard let index = index(of: id) else { return }
        containers[index].live = nil
        containers[index].liveUnderWay = wish?.live
    }

    /// The files are what was wished when the reload began, which may not be what is wished now.
    mutating func reloaded(_ id: ContainerID) {
        reload.reset()
        guard let index = index(of: id) else { return }
        containers[index].live = containers[index].liveUnderWay
        containers[index].liveUnderWay = nil
    }

    /// It began with the files that it had: those of the wish are still to be written.
    mutating func startedAsBefore(_ id: ContainerID) {
        guard let index = index(of: id) else { return }
        containers[index].live = nil
    }

    /// What the start or reload under way writes is not known any more.
    mutating func forgetLiveInFlight() {
        switch inFlight {
        case .start(let id), .reload(let id):
            guard let index = index(of: id) else { return }
            containers[index].live = nil
            containers[index].liveUnderWay = nil
        default: break
        }
    }

    /// The numbers of versions mean something else now.
    mutating func forgetLive() {
        for index in containers.indices {
            containers[index].live = nil
            containers[index].liveUnderWay = nil
        }
    }
}
