import Model

extension Cluster {
    /// Declares a login at a registry; nodes that use that registry are told.
    mutating func putRegistryCredential(
        _ payload: PutRegistryCredential, _ change: inout ChangeSet, _ ids: inout some IDSource
    ) throws(Rejection) -> Reply {
        try requireFreeCredentialName(payload.name, for: payload.id)
        let now = change.now.wall
        var row: RegistryCredentialRow
        if let id = payload.id {
            row = try credential(id, expecting: payload.expectedVersion)
            let former = row
            payload.declare(in: &row)
            guard row != former else { return .registryCredential(row.id) }
            touchUsers(of: former, &change)
            row.version += 1
            row.updatedAt = now
        } else {
            row = RegistryCredentialRow(
                id: ids.nextIdentifier(), name: payload.name, host: payload.host, username: payload.username,
                sealedPassword: payload.sealedPassword ?? [], createdAt: now, updatedAt: now)
        }
        put(.registryCredential(row), &change)
        touchUsers(of: row, &change)
        change.events.append(.registryCredentialChanged(row.id, name: row.name, .written))
        return .registryCredential(row.id)
    }

    /// Deletes a login at a registry; what was pulled with it stays.
    mutating func deleteRegistryCredential(
        _ payload: DeleteRegistryCredential, _ change: inout ChangeSet
    ) throws(Rejection) -> Reply {
        let row = try credential(payload.id, expecting: payload.expectedVersion)
        touchUsers(of: row, &change)
        delete(.registryCredential(row.id), &change)
        change.events.append(.registryCredentialChanged(row.id, name: row.name, .deleted))
        return .done
    }

    /// The logins a node needs for the images of its replicas, by name: those of an image's registry, and the one that
    /// a declaration names.
    func credentials(for replicas: [DesiredReplica]) -> [RegistryCredentialRow] {
        guard !tables.configs.credentials.isEmpty else { return [] }
        let needed = CredentialNeeds(replicas.map(\.container))
        return tables.configs.credentials.values.filter(needed.include).sorted { $0.name < $1.name }
    }

    /// Why a node does not take a replica whose image is pulled with a login; nil when it does, or none is used.
    func loginRefusal(of id: DeploymentID, at generation: UInt64, on nodeID: NodeID) -> Refusal? {
        guard !tables.configs.credentials.isEmpty,
            let container = tables.revisions[id]?[generation]?.spec.container,
            container.pull.policy != .never
        else { return nil }
        let needed = CredentialNeeds([container])
        guard tables.configs.credentials.values.contains(where: needed.include),
            live[nodeID]?.capabilities?.contains(.pullCredential) != true
        else { return nil }
        return .agentTooOld(.pullCredential)
    }

    /// Gives a new document to every node with a replica that may pull with a login.
    private mutating func touchUsers(of login: RegistryCredentialRow, _ change: inout ChangeSet) {
        for nodeID in tables.usage.keys.sorted() {
            guard let usage = tables.usage[nodeID] else { continue }
            let isUser = usage.documentedRows.contains { row in
                guard let revision = tables.revisions[row.deploymentID]?[row.generation] else { return false }
                return CredentialNeeds([revision.spec.container]).include(login)
            }
            if isUser { touch(nodeID, &change) }
        }
    }

    private func credential(
        _ id: RegistryCredentialID, expecting version: UInt64?
    ) throws(Rejection) -> RegistryCredentialRow {
        guard let row = tables.configs.credentials[id] else {
            throw Rejection(.notFound, "there is no registry credential \(id)")
        }
        if let version, version != row.version {
            throw Rejection(
                .staleGeneration,
                "the credential has version \(row.version), the change was made from \(version)")
        }
        return row
    }

    private func requireFreeCredentialName(
        _ name: String, for id: RegistryCredentialID?
    ) throws(Rejection) {
        guard let holder = tables.configs.credentialNames[name], holder != id else { return }
        throw Rejection(
            .nameTaken, "another registry credential is named \(name)",
            faults: [.init(field: "name", message: "taken by registry credential \(holder)")])
    }
}

extension PutRegistryCredential {
    /// Writes what is declared over what was.
    fileprivate func declare(in row: inout RegistryCredentialRow) {
        row.name = name
        row.host = host
        row.username = username
        if let sealedPassword { row.sealedPassword = sealedPassword }
    }
}
