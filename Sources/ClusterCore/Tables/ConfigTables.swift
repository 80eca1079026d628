import Model

/// Configs and their like, with the indexes that follow from the rows alone.
struct ConfigTables: Equatable, Sendable {
    private(set) var rows: [ConfigID: ConfigRow] = [:]
    private(set) var versions: [ConfigReference: ConfigVersionRow] = [:]
    private(set) var attachments: [ConfigID: [ConfigTarget: ConfigAttachmentRow]] = [:]
    private(set) var credentials: [RegistryCredentialID: RegistryCredentialRow] = [:]
    private(set) var routes: [IngressRouteID: IngressRouteRow] = [:]

    private(set) var names: [String: ConfigID] = [:]
    private(set) var credentialNames: [String: RegistryCredentialID] = [:]
    /// The configs of each thing that has some.
    private(set) var attached: [ConfigTarget: Set<ConfigID>] = [:]
    /// How many kept generations and placements name a version.
    private(set) var uses: [ConfigReference: Int] = [:]

    subscript(_ key: RowKey) -> Row? {
        switch key {
        case .config(let id): rows[id].map(Row.config)
        case .configVersion(let reference): versions[reference].map(Row.configVersion)
        case .configAttachment(let id, let target): attachments[id]?[target].map(Row.configAttachment)
        case .registryCredential(let id): credentials[id].map(Row.registryCredential)
        case .ingressRoute(let id): routes[id].map(Row.ingressRoute)
        default: nil
        }
    }

    mutating func replace(_ key: RowKey, with row: Row?) {
        switch key {
        case .config(let id): replaceConfig(id, row)
        case .configVersion(let reference):
            if case .configVersion(let row) = row {
                versions[reference] = row
            } else {
                versions[reference] = nil
            }
        case .configAttachment(let id, let target): replaceAttachment(id, target, row)
        case .registryCredential(let id): replaceCredential(id, row)
        case .ingressRoute(let id):
            if case .ingressRoute(let row) = row { routes[id] = row } else { routes[id] = nil }
        default: break
        }
    }

    /// Notes what a generation or placement names, and no longer does.
    mutating func use(_ references: [ConfigReference], insteadOf former: [ConfigReference]) {
        guard references != former else { return }
        for reference in references { uses[reference, default: 0] += 1 }
        for reference in former {
            guard let count = uses[reference] else { continue }
            uses[reference] = count > 1 ? count - 1 : nil
        }
    }

    /// Whether nodes have configs of their own, or logins are kept: then a node may not be able to get them.
    var concernNodes: Bool { !attached.isEmpty || !credentials.isEmpty }

    /// The newest versions of what is attached to something, in the order of their names.
    func newest(of target: ConfigTarget) -> [ConfigReference] {
        guard !attached.isEmpty, let ids = attached[target] else { return [] }
        return sorted(ids.compactMap { rows[$0]?.reference })
    }

    /// Versions in the order in which they apply.
    func sorted(_ references: [ConfigReference]) -> [ConfigReference] {
        references.sorted { left, right in
            let names = (versions[left]?.name ?? "", versions[right]?.name ?? "")
            return names.0 == names.1 ? left < right : names.0 < names.1
        }
    }

    /// Bytes of versions; each counts once.
    func payloadBytes(of references: Set<ConfigReference>) -> Int {
        references.reduce(0) { $0 + (versions[$1]?.content.payloadBytes ?? 0) }
    }

    private mutating func replaceConfig(_ id: ConfigID, _ row: Row?) {
        if let old = rows[id], names[old.name] == id { names[old.name] = nil }
        guard case .config(let row) = row else {
            rows[id] = nil
            return
        }
        rows[id] = row
        names[row.name] = id
    }

    private mutating func replaceAttachment(_ id: ConfigID, _ target: ConfigTarget, _ row: Row?) {
        guard case .configAttachment(let row) = row else {
            attachments[id]?[target] = nil
            if attachments[id]?.isEmpty == true { attachments[id] = nil }
            attached[target]?.remove(id)
            if attached[target]?.isEmpty == true { attached[target] = nil }
            return
        }
        attachments[id, default: [:]][target] = row
        attached[target, default: []].insert(id)
    }

    private mutating func replaceCredential(_ id: RegistryCredentialID, _ row: Row?) {
        if let old = credentials[id], credentialNames[old.name] == id { credentialNames[old.name] = nil }
        guard case .registryCredential(let row) = row else {
            credentials[id] = nil
            return
        }
        credentials[id] = row
        credentialNames[row.name] = id
    }
}
