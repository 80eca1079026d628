internal import Model

extension NodeMachine {
    /// Gives every replica its wish, and none to those the document does not name.
    mutating func take(_ document: DesiredStateDocument, at now: Moment, specHash: (DesiredReplica) -> String)
    {
        self.document = document
        var named: Set<AssignmentID> = []
        for replica in document.deployments where named.insert(replica.assignmentID).inserted {
            wish(Wish(replica: replica, specHash: specHash(replica), epoch: document.epoch), at: now)
        }
        for id in tracks.keys where !named.contains(id) { tracks[id]?.unwished() }
        inherited = [:]
        persistence.changed()
        queue.add(all: tracks.keys)
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
