public import Model

/// What is said of a config.
public struct ConfigView: Hashable, Sendable {
    /// Its stored part.
    public var row: ConfigRow
    /// What its newest version holds; sealed values as they are stored.
    public var content: ConfigContent
    /// The deployments that have it, by id.
    public var deployments: [DeploymentID]
    /// The nodes that have it, by id.
    public var nodes: [NodeID]
}

extension Cluster {
    /// The config with a name.
    public func configID(named name: String) -> ConfigID? { tables.configs.names[name] }

    /// The configs' stored parts, newest first, ties by name.
    public func configRows() -> [ConfigRow] {
        tables.configs.rows.values.sorted { left, right in
            left.updatedAt == right.updatedAt
                ? left.name < right.name : left.updatedAt.milliseconds > right.updatedAt.milliseconds
        }
    }

    /// What is said of a config; nil when there is none.
    public func config(_ id: ConfigID) -> ConfigView? {
        guard let row = tables.configs.rows[id] else { return nil }
        var view = ConfigView(
            row: row, content: tables.configs.versions[row.reference]?.content ?? ConfigContent(),
            deployments: [], nodes: [])
        for target in (tables.configs.attachments[id] ?? [:]).keys {
            switch target {
            case .deployment(let id): view.deployments.append(id)
            case .node(let id): view.nodes.append(id)
            }
        }
        view.deployments.sort()
        view.nodes.sort()
        return view
    }

    /// When a config was attached to something; nil while it is not.
    public func attachedAt(_ id: ConfigID, to target: ConfigTarget) -> Timestamp? {
        tables.configs.attachments[id]?[target]?.attachedAt
    }

    /// A kept version of a config.
    public func configVersion(_ reference: ConfigReference) -> ConfigVersionRow? {
        tables.configs.versions[reference]
    }

    /// The kept versions of a config, newest first, and how many kept generations and placements name each.
    public func configVersions(of id: ConfigID) -> [(row: ConfigVersionRow, uses: Int)] {
        tables.configs.versions.values.filter { $0.reference.configID == id }
            .sorted { $0.reference.version > $1.reference.version }
            .map { ($0, tables.configs.uses[$0.reference] ?? 0) }
    }

    /// The versions that the declared generation of a deployment names, in the order they apply.
    public func configs(of id: DeploymentID) -> [ConfigVersionRow] {
        guard let row = deploymentRow(id) else { return [] }
        return (tables.revisions[id]?[row.generation]?.configs ?? []).compactMap {
            tables.configs.versions[$0]
        }
    }

    /// The versions a node gets: those its replicas name, and those attached to itself, by name.
    public func configs(for id: NodeID) -> [ConfigVersionRow] {
        let usage = tables.usage[id]?.configs ?? [:]
        let references = Set(usage.keys).union(tables.configs.newest(of: .node(id)))
        return tables.configs.sorted(Array(references)).compactMap { tables.configs.versions[$0] }
    }

    /// Whether anything sealed is stored.
    public var holdsSealedValues: Bool {
        !tables.configs.credentials.isEmpty
            || tables.configs.versions.values.contains { version in
                version.content.entries.contains { if case .sealed = $0.source { true } else { false } }
            }
    }

    /// The registry credential with a name.
    public func registryCredentialID(named name: String) -> RegistryCredentialID? {
        tables.configs.credentialNames[name]
    }

    /// A registry credential.
    public func registryCredential(_ id: RegistryCredentialID) -> RegistryCredentialRow? {
        tables.configs.credentials[id]
    }

    /// Every registry credential, by name.
    public func registryCredentials() -> [RegistryCredentialRow] {
        tables.configs.credentials.values.sorted { $0.name < $1.name }
    }

    /// An ingress route.
    public func ingressRoute(_ id: IngressRouteID) -> IngressRouteRow? { tables.configs.routes[id] }

    /// Every ingress route, by host and path.
    public func ingressRoutes() -> [IngressRouteRow] {
        tables.configs.routes.values.sorted {
            ($0.declaration.host, $0.declaration.pathPrefix, $0.id)
                < ($1.declaration.host, $1.declaration.pathPrefix, $1.id)
        }
    }
}
