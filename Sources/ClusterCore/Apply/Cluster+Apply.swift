import Model

/// Several declarations as one command: first everything is written, then each deployment concerned is settled once,
/// so that a new deployment starts with its configs and a changed one is updated in one go.
extension Cluster {
    mutating func applyDeclarations(
        _ payload: ApplyDeclarations, _ change: inout ChangeSet, _ ids: inout some IDSource
    ) throws(Rejection) -> Reply {
        var run = ApplyRun(payload)
        for pruned in payload.pruned { try prune(pruned, &run, &change) }
        for (index, item) in payload.items.enumerated() {
            do throws(Rejection) {
                run.outcomes[index] = try declare(item, index, &run, &change, &ids)
            } catch {
                run.refuse(index, error)
            }
        }
        // What refers to others comes behind all that may make them.
        for (index, item) in payload.items.enumerated() {
            do throws(Rejection) {
                try connect(item, index, &run, &change, &ids)
            } catch {
                run.refuse(index, error)
            }
        }
        try run.requireAccepted()
        for id in run.affected.deployments.union(run.affected.forced).sorted()
        where beginRevision(of: id, run.affected, &change) {
            run.unsettled.insert(id)
        }
        try settle(&run, requiresPlacement: payload.requiresPlacement, &change, &ids)
        return .applied(run.outcomes.compactMap { $0 })
    }

    private mutating func prune(
        _ pruned: ApplyDeclarations.Pruned, _ run: inout ApplyRun, _ change: inout ChangeSet
    ) throws(Rejection) {
        switch pruned {
        case .deployment(let id):
            _ = try deleteDeployment(DeleteDeployment(id: id, requestID: change.requestID), &change)
        case .config(let id):
            run.affected.formUnion(
                try dropConfig(DeleteConfig(id: id, requestID: change.requestID), &change))
        case .ingressRoute(let id):
            _ = try deleteIngressRoute(DeleteIngressRoute(id: id, requestID: change.requestID), &change)
        }
    }

    /// Writes what stands by itself.
    private mutating func declare(
        _ item: ApplyDeclarations.Item, _ index: Int, _ run: inout ApplyRun, _ change: inout ChangeSet,
        _ ids: inout some IDSource
    ) throws(Rejection) -> Reply.Applied? {
        switch item {
        case .deployment(let spec): try declare(spec, &run, &change, &ids)
        case .config(let config): try declare(config, index, &run, &change, &ids)
        case .registryCredential(let payload): try declare(payload, &change, &ids)
        case .ingressRoute: nil
        }
    }

    /// Writes what refers to something else.
    private mutating func connect(
        _ item: ApplyDeclarations.Item, _ index: Int, _ run: inout ApplyRun, _ change: inout ChangeSet,
        _ ids: inout some IDSource
    ) throws(Rejection) {
        switch item {
        case .config(let config): try attach(config, index, &run, &change)
        case .ingressRoute(let route): run.outcomes[index] = try declare(route, &change, &ids)
        case .deployment, .registryCredential: break
        }
    }

    private mutating func declare(
        _ spec: DeploymentSpec, _ run: inout ApplyRun, _ change: inout ChangeSet, _ ids: inout some IDSource
    ) throws(Rejection) -> Reply.Applied {
        guard let id = tables.deploymentNames[spec.name] else {
            let id = try declareDeployment(spec, &change, &ids)
            run.unsettled.insert(id)
            return .deployment(reply(id, hasChanged: true, unplaced: []), isNew: true)
        }
        let hasChanged = try redeclareDeployment(
            PatchDeployment(id: id, spec: spec, requestID: change.requestID), &change)
        if hasChanged { run.unsettled.insert(id) }
        return .deployment(reply(id, hasChanged: hasChanged), isNew: false)
    }

    private mutating func declare(
        _ config: ApplyDeclarations.Config, _ index: Int, _ run: inout ApplyRun, _ change: inout ChangeSet,
        _ ids: inout some IDSource
    ) throws(Rejection) -> Reply.Applied {
        guard let id = tables.configs.names[config.name] else {
            let payload = CreateConfig(
                name: config.name, version: config.version, labels: config.labels, content: config.content,
                requestID: change.requestID)
            guard case .config(let reply) = try createConfig(payload, &change, &ids) else {
                throw Rejection(.internalFault, "the config was not answered")
            }
            run.configs[index] = reply.id
            return .config(reply, isNew: true)
        }
        let payload = UpdateConfig(
            id: id, name: config.name, version: config.version, labels: config.labels,
            content: config.content, requestID: change.requestID)
        let affected = try writeConfig(payload, &change)
        if let affected { run.affected.formUnion(affected) }
        run.configs[index] = id
        let version = tables.configs.rows[id]?.version ?? 0
        return .config(.init(id: id, version: version, hasChanged: affected != nil), isNew: false)
    }

    private mutating func declare(
        _ payload: PutRegistryCredential, _ change: inout ChangeSet, _ ids: inout some IDSource
    ) throws(Rejection) -> Reply.Applied {
        let former = payload.id.flatMap { tables.configs.credentials[$0] }
        guard case .registryCredential(let id) = try putRegistryCredential(payload, &change, &ids) else {
            throw Rejection(.internalFault, "the login was not answered")
        }
        let hasChanged = tables.configs.credentials[id] != former
        return .registryCredential(id, hasChanged: hasChanged, isNew: former == nil)
    }

    private mutating func declare(
        _ route: ApplyDeclarations.Route, _ change: inout ChangeSet, _ ids: inout some IDSource
    ) throws(Rejection) -> Reply.Applied {
        guard let deploymentID = liveDeployment(referredToAs: route.deployment) else {
            throw Self.unknown("deployment", route.deployment, at: "deployment")
        }
        let declaration = IngressRouteRow.Declaration(
            host: route.host, pathPrefix: route.pathPrefix, deploymentID: deploymentID,
            containerPort: route.containerPort, tls: route.tls)
        let former = tables.configs.routes.values.first {
            $0.declaration.host == route.host && $0.declaration.pathPrefix == route.pathPrefix
        }
        let payload = PutIngressRoute(
            id: former?.id, declaration: declaration, requestID: change.requestID)
        guard case .ingressRoute(let id) = try putIngressRoute(payload, &change, &ids) else {
            throw Rejection(.internalFault, "the route was not answered")
        }
        let hasChanged = tables.configs.routes[id] != former
        return .ingressRoute(id, hasChanged: hasChanged, isNew: former == nil)
    }

    private mutating func settle(
        _ run: inout ApplyRun, requiresPlacement: Bool, _ change: inout ChangeSet, _ ids: inout some IDSource
    ) throws(Rejection) {
        for (index, outcome) in run.outcomes.enumerated() {
            guard case .deployment(let declared, let isNew) = outcome,
                run.unsettled.remove(declared.id) != nil
            else { continue }
            do throws(Rejection) {
                let reply = try settleForReply(
                    declared.id, requiresPlacement: requiresPlacement, &change, &ids)
                guard case .deployment(var settled) = reply else { continue }
                settled.hasChanged = declared.hasChanged
                run.outcomes[index] = .deployment(settled, isNew: isNew)
            } catch {
                run.refuse(index, error)
            }
        }
        try run.requireAccepted()
        for id in run.unsettled.sorted() { settleOrDrop(id, &change, &ids) }
    }
}
