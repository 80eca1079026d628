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
            touchUsers(of: row.host, &change)
            row.version += 1
            row.updatedAt = now
        } else {
            row = RegistryCredentialRow(
                id: ids.nextIdentifier(), name: payload.name, host: payload.host, username: payload.username,
                sealedPassword: [], createdAt: now, updatedAt: now)
        }
        row.name = payload.name
        row.host = payload.host
        row.username = payload.username
        if let sealed = payload.sealedPassword { row.sealedPassword = sealed }
        put(.registryCredential(row), &change)
        touchUsers(of: row.host, &change)
        change.events.append(.registryCredentialChanged(row.id, name: row.name, .written))
        return .registryCredential(row.id)
    }

    /// Deletes a login at a registry; what was pulled with it stays.
    mutating func deleteRegistryCredential(
        _ payload: DeleteRegistryCredential, _ change: inout ChangeSet
    ) throws(Rejection) -> Reply {
        let row = try credential(payload.id, expecting: payload.expectedVersion)
        touchUsers(of: row.host, &change)
        delete(.registryCredential(row.id), &change)
        change.events.append(.registryCredentialChanged(row.id, name: row.name, .deleted))
        return .done
    }

    /// The logins a node needs for the images of its replicas, by name.
    func credentials(for replicas: [DesiredReplica]) -> [RegistryCredentialRow] {
        guard !tables.configs.credentials.isEmpty else { return [] }
        let hosts = Set(replicas.map { RegistryHost.of(image: $0.container.image) })
        return tables.configs.credentials.values.filter { hosts.contains($0.host) }
            .sorted { $0.name < $1.name }
    }

    /// Gives a new document to every node with a replica whose image is at a registry.
    private mutating func touchUsers(of host: String, _ change: inout ChangeSet) {
        for nodeID in tables.usage.keys.sorted() {
            guard let usage = tables.usage[nodeID] else { continue }
            let isUser = usage.current.union(usage.awaiting).contains { id in
                guard let row = tables.assignments[id],
                    let revision = tables.revisions[row.deploymentID]?[row.generation]
                else { return false }
                return RegistryHost.of(image: revision.spec.container.image) == host
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
