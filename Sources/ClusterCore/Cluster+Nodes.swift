import Model

extension Cluster {
    /// Lets a machine join; the same machine may try again until its credential was used.
    mutating func registerNode(
        _ payload: RegisterNode, _ change: inout ChangeSet, _ ids: inout some IDSource
    ) throws(Rejection) -> Reply {
        try requireFreeNodeName(payload.name, for: payload.nodeID)
        if let id = payload.nodeID, tables.nodes[id] != nil {
            return try reissueToken(payload, id, &change, &ids)
        }
        let id = payload.nodeID ?? ids.nextIdentifier()
        var meta = tables.meta
        let row = NodeRow(
            id: id, ordinal: meta.nextNodeOrdinal, name: payload.name, inventory: payload.inventory,
            createdAt: change.now.wall, updatedAt: change.now.wall, epoch: meta.epoch)
        meta.nextNodeOrdinal += 1
        put(.meta(meta), &change)
        put(.node(row), &change)
        let tokenID = addToken(to: id, payload.tokenHash, &change, &ids)
        change.events.append(.nodeRegistered(id))
        change.changedNodes.insert(id)
        return .registration(.init(nodeID: id, tokenID: tokenID, isNew: true))
    }

    /// Sets a node's name and labels; replicas that stand there stay.
    mutating func updateNode(_ payload: UpdateNode, _ change: inout ChangeSet) throws(Rejection) -> Reply {
        var row = try liveNode(payload.nodeID)
        try requireFreeNodeName(payload.name, for: row.id)
        guard row.name != payload.name || row.operatorLabels != payload.operatorLabels else { return .done }
        row.name = payload.name
        row.operatorLabels = payload.operatorLabels
        row.updatedAt = change.now.wall
        put(.node(row), &change)
        change.events.append(.nodeUpdated(row.id))
        change.changedNodes.insert(row.id)
        change.wantsTick = true
        return .done
    }

    /// Opens, cordons or drains a node; what stands there stays unless it is drained.
    mutating func setNodeAvailability(
        _ payload: SetNodeAvailability, _ change: inout ChangeSet
    ) throws(Rejection) -> Reply {
        var row = try liveNode(payload.nodeID)
        guard row.availability != payload.availability else { return .done }
        row.availability = payload.availability
        row.updatedAt = change.now.wall
        put(.node(row), &change)
        change.events.append(.nodeAvailabilityChanged(row.id, row.availability))
        change.changedNodes.insert(row.id)
        change.wantsTick = true
        return .done
    }

    /// Removes a node; what it had is placed elsewhere where that is possible, and waits otherwise.
    mutating func deleteNode(
        _ payload: DeleteNode, _ change: inout ChangeSet, _ ids: inout some IDSource
    ) throws(Rejection) -> Reply {
        var row = try liveNode(payload.nodeID)
        let usage = tables.usage[row.id] ?? NodeUsage()
        guard usage.isEmpty || payload.force else {
            let count = usage.current.count + usage.retiring.count
            throw Rejection(
                .holdsReplicas,
                "node \(row.id) still has \(Phrase.replicas(count)); drain it first, or delete it by force")
        }
        row.tombstone = .init(deletedAt: change.now.wall, removesContainers: payload.removesContainers)
        row.updatedAt = change.now.wall
        row.emptiedBy = nil
        put(.node(row), &change)
        detachAll(from: .node(row.id), &change)
        for assignmentID in usage.retiring.keys.sorted() + usage.current.keys.sorted() {
            if let assignment = tables.assignments[assignmentID] { release(assignment, &change) }
        }
        live[row.id] = nil
        contacts[row.id] = nil
        change.events.append(.nodeDeleted(row.id))
        change.changedNodes.insert(row.id)
        change.wantsTick = true
        return .done
    }

    /// Adds a credential to a node.
    mutating func issueNodeToken(
        _ payload: IssueNodeToken, _ change: inout ChangeSet, _ ids: inout some IDSource
    ) throws(Rejection) -> Reply {
        let row = try liveNode(payload.nodeID)
        let old = (tables.tokensOfNode[row.id] ?? []).sorted()
        if payload.disablesExisting {
            for token in old { delete(.token(token), &change) }
        } else if old.count >= ClusterLimits.tokensPerNode {
            throw Rejection(
                .invalid, "node \(row.id) has \(old.count) tokens already; revoke one first",
                faults: [.init(field: "", message: "at most \(ClusterLimits.tokensPerNode) tokens a node")])
        }
        return .token(
            addToken(to: row.id, payload.hash, expiresAt: payload.expiresAt, &change, &ids))
    }

    /// Takes a credential back.
    mutating func revokeNodeToken(_ payload: RevokeNodeToken, _ change: inout ChangeSet) throws(Rejection)
        -> Reply
    {
        guard tables.tokens[payload.tokenID]?.nodeID == payload.nodeID else {
            throw Rejection(.notFound, "node \(payload.nodeID) has no token \(payload.tokenID)")
        }
        delete(.token(payload.tokenID), &change)
        return .done
    }

    /// Notes that a credential was used: the first use is a decision (it ends re-issuing), later ones are written
    /// together and rarely.
    mutating func useToken(_ tokenID: TokenID?, of nodeID: NodeID, _ change: inout ChangeSet) {
        guard let tokenID, var row = tables.tokens[tokenID], row.nodeID == nodeID else { return }
        guard row.lastUsed == nil else {
            tokenUses[tokenID] = change.now.wall
            return
        }
        row.lastUsed = change.now.wall
        put(.token(row), &change)
    }

    private mutating func addToken(
        to nodeID: NodeID, _ hash: [UInt8], expiresAt: Timestamp? = nil, _ change: inout ChangeSet,
        _ ids: inout some IDSource
    ) -> TokenID {
        let id: TokenID = ids.nextIdentifier()
        let row = TokenRow(
            id: id, nodeID: nodeID, hash: hash, createdAt: change.now.wall, expiresAt: expiresAt)
        put(.token(row), &change)
        return id
    }

    private mutating func reissueToken(
        _ payload: RegisterNode, _ id: NodeID, _ change: inout ChangeSet, _ ids: inout some IDSource
    ) throws(Rejection) -> Reply {
        _ = try liveNode(id)
        let old = (tables.tokensOfNode[id] ?? []).sorted()
        guard old.allSatisfy({ tables.tokens[$0]?.lastUsed == nil }) else {
            throw Rejection(.alreadyRegistered, "node \(id) is registered, and its token has been used")
        }
        for token in old { delete(.token(token), &change) }
        let tokenID = addToken(to: id, payload.tokenHash, &change, &ids)
        return .registration(.init(nodeID: id, tokenID: tokenID, isNew: false))
    }

    private func requireFreeNodeName(_ name: String?, for id: NodeID?) throws(Rejection) {
        guard let name, let holder = tables.nodeNames[name], holder != id else { return }
        throw Rejection(
            .nameTaken, "another node is named \(name)",
            faults: [.init(field: "name", message: "taken by node \(holder)")])
    }
}
