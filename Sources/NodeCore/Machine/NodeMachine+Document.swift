internal import Model

extension NodeMachine {
    /// Gives every replica its wish, and none to those the document does not name.
    mutating func take(_ document: DesiredStateDocument, at now: Moment, specHash: (DesiredReplica) -> String)
    {
        // Another history counts generations anew: what was rejected or served in the old one says nothing of them.
        let isOtherHistory = self.document.map { $0.epoch != document.epoch } ?? false
        if isOtherHistory {
            for id in tracks.keys {
                tracks[id]?.memory.rejected = nil
                tracks[id]?.memory.knownGood?.generation = nil
                tracks[id]?.forgetLive()
            }
        }
        let isFirst = self.document == nil
        self.document = document
        absentImages = []
        tracks.reserveCapacity(document.deployments.count)
        let configs = LiveConfigs(document)
        var named: Set<AssignmentID> = []
        for replica in document.deployments where named.insert(replica.assignmentID).inserted {
            let hash = Self.hash(
                of: configs.made(replica), memory: memory(of: replica.assignmentID), specHash)
            let live = configs.live(of: replica)
            wish(Wish(replica: replica, specHash: hash, epoch: document.epoch, live: live), at: now)
        }
        for id in tracks.keys where !named.contains(id) { tracks[id]?.unwished() }
        // A start with the orders of before writes nothing.
        if !isFirst || !remembers(named) { persistence.changed() }
        inherited = [:]
        queue.add(all: tracks.keys)
    }

    /// Whether an earlier life wrote exactly what is known of these replicas.
    private func remembers(_ named: Set<AssignmentID>) -> Bool {
        named.count == inherited.count && named.allSatisfy { tracks[$0]?.memory == inherited[$0] }
    }

    private func memory(of id: AssignmentID) -> ReplicaMemory? { tracks[id]?.memory ?? inherited[id] }

    /// A replica whose image is now named by the digest its tag stood for here is still the same one.
    private static func hash(
        of replica: DesiredReplica, memory: ReplicaMemory?, _ specHash: (DesiredReplica) -> String
    ) -> String {
        let known = memory?.resolved?.filter { $0.digest == replica.container.image } ?? []
        for resolved in known {
            var declared = replica
            declared.container.image = resolved.image
            if specHash(declared) == resolved.specHash { return resolved.specHash }
        }
        return specHash(replica)
    }

    private mutating func wish(_ wish: Wish, at now: Moment) {
        let id = wish.replica.assignmentID
        removed.forget(id)
        if tracks[id] == nil {
            let memory =
                inherited[id] ?? ReplicaMemory(assignmentID: id, generation: wish.replica.generation)
            tracks[id] = ReplicaTrack(wish: wish, memory: memory, at: now)
        }
        tracks[id]?.wished(wish)
    }
}
