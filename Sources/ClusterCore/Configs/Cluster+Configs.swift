import Model

extension Cluster {
    /// Declares a config.
    mutating func createConfig(
        _ payload: CreateConfig, _ change: inout ChangeSet, _ ids: inout some IDSource
    ) throws(Rejection) -> Reply {
        try requireFreeConfigName(payload.name, for: nil)
        let version = payload.version ?? 1
        guard version >= 1 else { throw Self.badVersion("must be at least 1") }
        let now = change.now.wall
        let row = ConfigRow(
            id: ids.nextIdentifier(), name: payload.name, version: version, labels: payload.labels,
            createdAt: now, updatedAt: now)
        putConfig(row, payload.content, after: nil, &change)
        try requirePayload(of: row)
        change.events.append(.configChanged(row.id, name: row.name, .created))
        return .config(.init(id: row.id, version: version, hasChanged: true))
    }

    /// Declares a config anew; whatever has it gets a generation with the new version, one step at a time.
    mutating func updateConfig(
        _ payload: UpdateConfig, _ change: inout ChangeSet, _ ids: inout some IDSource
    ) throws(Rejection) -> Reply {
        let affected = try writeConfig(payload, &change)
        guard let affected else {
            return .config(
                .init(
                    id: payload.id, version: tables.configs.rows[payload.id]?.version ?? 0, hasChanged: false)
            )
        }
        revise(affected, &change, &ids)
        return .config(
            .init(id: payload.id, version: tables.configs.rows[payload.id]?.version ?? 0, hasChanged: true))
    }

    /// Deletes a config; whatever has it goes on without it, one step at a time.
    mutating func deleteConfig(
        _ payload: DeleteConfig, _ change: inout ChangeSet, _ ids: inout some IDSource
    ) throws(Rejection) -> Reply {
        let affected = try dropConfig(payload, &change)
        revise(affected, &change, &ids)
        return .done
    }

    /// Gives a config to a deployment or node, or takes it away.
    mutating func setConfigAttachment(
        _ payload: SetConfigAttachment, _ change: inout ChangeSet, _ ids: inout some IDSource
    ) throws(Rejection) -> Reply {
        let affected = try attach(payload, &change)
        if let affected { revise(affected, &change, &ids) }
        let row = tables.configs.attachments[payload.configID]?[payload.target]
        return .configAttachment(.init(attachedAt: row?.attachedAt, hasChanged: affected != nil))
    }

    /// Writes a new version; nil when it would be the same.
    mutating func writeConfig(
        _ payload: UpdateConfig, _ change: inout ChangeSet
    ) throws(Rejection) -> ConfigRevision? {
        var row = try config(payload.id, expecting: payload.expectedVersion)
        try requireFreeConfigName(payload.name, for: row.id)
        if let wanted = payload.version, wanted <= row.version {
            throw Self.badVersion("must be higher than the current version \(row.version)")
        }
        let old = tables.configs.versions[row.reference]
        let isSame = old?.content == payload.content && row.name == payload.name && payload.version == nil
        guard !isSame || row.labels != payload.labels else { return nil }
        let affected = isSame ? ConfigRevision() : revision(changing: row.id)
        row.labels = payload.labels
        row.updatedAt = change.now.wall
        guard !isSame else {
            put(.config(row), &change)
            return affected
        }
        let former = row.reference
        row.name = payload.name
        row.version = payload.version ?? row.version + 1
        putConfig(row, payload.content, after: old, &change)
        try requirePayload(of: row)
        pruneConfigVersion(former, &change)
        change.events.append(.configChanged(row.id, name: row.name, .updated(version: row.version)))
        return affected
    }

    /// Takes a config away from everything, and its name.
    mutating func dropConfig(
        _ payload: DeleteConfig, _ change: inout ChangeSet
    ) throws(Rejection) -> ConfigRevision {
        let row = try config(payload.id, expecting: payload.expectedVersion)
        let affected = revision(changing: row.id)
        for target in (tables.configs.attachments[row.id] ?? [:]).keys.sorted(by: Self.isBefore) {
            delete(.configAttachment(row.id, target), &change)
        }
        delete(.config(row.id), &change)
        pruneConfigVersion(row.reference, &change)
        change.events.append(.configChanged(row.id, name: row.name, .deleted))
        return affected
    }

    /// Sets or takes away one attachment; nil when it is as wished already.
    mutating func attach(
        _ payload: SetConfigAttachment, _ change: inout ChangeSet
    ) throws(Rejection) -> ConfigRevision? {
        let row = try config(payload.configID, expecting: nil)
        switch payload.target {
        case .deployment(let id): _ = try liveDeployment(id, expecting: nil)
        case .node(let id): _ = try liveNode(id)
        }
        let isAttached = tables.configs.attachments[row.id]?[payload.target] != nil
        guard isAttached != payload.isAttached else { return nil }
        var affected = ConfigRevision()
        affected.configs.insert(row.id)
        switch payload.target {
        case .deployment(let id): affected.deployments.insert(id)
        case .node(let id): affected.forced = deployments(on: id)
        }
        if payload.isAttached {
            let attachment = ConfigAttachmentRow(
                configID: row.id, target: payload.target, attachedAt: change.now.wall)
            put(.configAttachment(attachment), &change)
            try requirePayload(of: row)
            change.events.append(.configChanged(row.id, name: row.name, .attached(payload.target)))
        } else {
            delete(.configAttachment(row.id, payload.target), &change)
            change.events.append(.configChanged(row.id, name: row.name, .detached(payload.target)))
        }
        return affected
    }

    /// Takes everything away that is attached to something that goes; what it was is not told anew.
    mutating func detachAll(from target: ConfigTarget, _ change: inout ChangeSet) {
        for id in (tables.configs.attached[target] ?? []).sorted() {
            delete(.configAttachment(id, target), &change)
        }
    }

    private mutating func putConfig(
        _ row: ConfigRow, _ content: ConfigContent, after former: ConfigVersionRow?, _ change: inout ChangeSet
    ) {
        var version = ConfigVersionRow(
            reference: row.reference, name: row.name, content: content, createdAt: change.now.wall)
        version.containerVersion =
            if let former, former.isReloaded(into: version) {
                former.containerVersion
            } else if let former {
                unlikeLost(max(row.version, former.containerVersion + 1), change.now.wall)
            } else {
                row.version
            }
        put(.configVersion(version), &change)
        put(.config(row), &change)
    }

    private func config(_ id: ConfigID, expecting version: UInt64?) throws(Rejection) -> ConfigRow {
        guard let row = tables.configs.rows[id] else {
            throw Rejection(.notFound, "there is no config \(id)")
        }
        if let version, version != row.version {
            throw Rejection(
                .staleGeneration, "the config has version \(row.version), the change was made from \(version)"
            )
        }
        return row
    }

    private func requireFreeConfigName(_ name: String, for id: ConfigID?) throws(Rejection) {
        guard let holder = tables.configs.names[name], holder != id else { return }
        throw Rejection(
            .nameTaken, "another config is named \(name)",
            faults: [.init(field: "name", message: "taken by config \(holder)")])
    }

    private static func badVersion(_ message: String) -> Rejection {
        Rejection(.invalid, "version: \(message)", faults: [.init(field: "version", message: message)])
    }

    static func isBefore(_ left: ConfigTarget, _ right: ConfigTarget) -> Bool {
        switch (left, right) {
        case (.deployment(let left), .deployment(let right)): left < right
        case (.node(let left), .node(let right)): left < right
        case (.deployment, .node): true
        case (.node, .deployment): false
        }
    }
}
