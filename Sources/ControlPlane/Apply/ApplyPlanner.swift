import ClusterCore
import EventLoop
import JSON
import Model

/// Compares a document with what is stored, seals what is secret in it, and finds what nobody declares any more.
@LoopActor
struct ApplyPlanner {
    let cluster: Cluster
    let keeper: SecretKeeper
    let volumePrefixes: VolumePrefixes
    let requestID: String
    private var faults = FaultList()

    init(_ cluster: Cluster, _ keeper: SecretKeeper, _ volumePrefixes: VolumePrefixes, requestID: String) {
        self.cluster = cluster
        self.keeper = keeper
        self.volumePrefixes = volumePrefixes
        self.requestID = requestID
    }

    /// Every fault of every item is told at once.
    mutating func plan(
        _ items: [AppliedDeclaration], pruningBy labels: [String: String]?
    ) throws(Refusal) -> ApplyPlan {
        var plan = ApplyPlan()
        for item in items {
            do throws(Refusal) {
                if let step = try step(item) { plan.steps.append(step) }
            } catch  where !error.details.isEmpty {
                for detail in error.details { faults.add("\(item.path).\(detail.field)", detail.message) }
            } catch  where error.code == Refusal.noSecretsKey.code {
                faults.add(item.path, error.message)
            }
        }
        if let labels {
            requireLabels(labels, items)
            plan.pruned = ApplyPruning.found(in: cluster, labels, without: items)
        }
        guard faults.isEmpty else { throw .invalid(faults) }
        return plan
    }

    private mutating func step(_ item: AppliedDeclaration) throws(Refusal) -> ApplyPlan.Step? {
        switch item.body {
        case .deployment(let spec): try step(spec, item)
        case .config(let config): try step(config, item)
        case .registryCredential(let login): try step(login, item)
        case .ingressRoute(let route): step(route, item)
        }
    }

    private mutating func step(
        _ spec: DeploymentSpec, _ item: AppliedDeclaration
    ) throws(Refusal) -> ApplyPlan.Step {
        let former = cluster.deploymentID(named: spec.name).flatMap { cluster.deploymentRow($0)?.spec }
        var own = FaultList()
        volumePrefixes.check(
            spec.container.volumes, declaredBefore: former?.container.volumes ?? [], &own)
        faults.add(own, under: item.path)
        var diff: FieldDiff?
        if let former { diff = FieldDiff(from: try ApplyPortrait.of(former), to: try ApplyPortrait.of(spec)) }
        return .init(item: .deployment(spec), kind: item.kind, name: item.name, diff: diff)
    }

    private func step(
        _ config: ConfigDeclaration, _ item: AppliedDeclaration
    ) throws(Refusal) -> ApplyPlan.Step {
        let former = cluster.configID(named: item.name).flatMap { cluster.config($0) }
        try ConfigService.checkName(item.name, former: former?.row.name)
        var whole = config
        whole.entries = config.entries ?? []
        whole.files = config.files ?? []
        let content = try ConfigSealing.content(whole, former: former?.content ?? ConfigContent(), keeper)
        // Saying the version that is, of the content that is, is no change.
        let isSaidAgain = former.map { $0.row.version == config.version && $0.content == content } ?? false
        let labels = config.labels ?? [:]
        let applied = ApplyDeclarations.Config(
            name: item.name, version: isSaidAgain ? nil : config.version, labels: labels, content: content,
            deployments: config.deployments, nodes: config.nodes)
        return .init(
            item: .config(applied), kind: item.kind, name: item.name,
            diff: try former.map { (view) throws(Refusal) in try diff(view, applied) })
    }

    private func diff(
        _ former: ConfigView, _ config: ApplyDeclarations.Config
    ) throws(Refusal) -> FieldDiff {
        let deployments = former.deployments.map { cluster.deploymentName($0) ?? "\($0)" }
        let nodes = former.nodes.map { cluster.nodeRow($0)?.name ?? "\($0)" }
        let old = try ApplyPortrait.of(
            former.content, labels: former.row.labels,
            deployments: config.deployments == nil ? nil : deployments,
            nodes: config.nodes == nil ? nil : nodes, former: former.content)
        let new = try ApplyPortrait.of(
            config.content, labels: config.labels, deployments: config.deployments?.map(deploymentName),
            nodes: config.nodes?.map(nodeName), former: former.content)
        return FieldDiff(from: old, to: new)
    }

    private func step(
        _ login: RegistryCredentialDeclaration, _ item: AppliedDeclaration
    ) throws(Refusal) -> ApplyPlan.Step {
        let former = cluster.registryCredentialID(named: item.name)
            .flatMap { cluster.registryCredential($0) }
        if former == nil, login.password == nil {
            var missing = FaultList()
            missing.add("password", "is required; none is stored yet")
            throw .invalid(missing)
        }
        let payload = try CredentialSealing.command(login, former: former, keeper, requestID: requestID)
        let new = ApplyPortrait.ofLogin(
            host: payload.host, username: payload.username, isNewPassword: payload.sealedPassword != nil)
        let diff = former.map { row in
            let old = ApplyPortrait.ofLogin(host: row.host, username: row.username, isNewPassword: false)
            return FieldDiff(from: old, to: new)
        }
        return .init(item: .registryCredential(payload), kind: item.kind, name: item.name, diff: diff)
    }

    private func step(_ route: IngressRouteDeclaration, _ item: AppliedDeclaration) -> ApplyPlan.Step {
        let applied = ApplyDeclarations.Route(
            host: route.host ?? "", pathPrefix: route.pathPrefix ?? IngressRouteReader.everyPath,
            deployment: route.deployment ?? "", containerPort: route.containerPort ?? 0,
            tls: route.tls.name(former: nil))
        let former = cluster.ingressRoutes().map(\.declaration).first {
            $0.host == applied.host && $0.pathPrefix == applied.pathPrefix
        }
        let new = ApplyPortrait.ofRoute(
            deployment: deploymentName(applied.deployment), containerPort: applied.containerPort,
            tls: applied.tls)
        let diff = former.map { row in
            let name = cluster.deploymentName(row.deploymentID) ?? "\(row.deploymentID)"
            let old = ApplyPortrait.ofRoute(deployment: name, containerPort: row.containerPort, tls: row.tls)
            return FieldDiff(from: old, to: new)
        }
        return .init(item: .ingressRoute(applied), kind: item.kind, name: item.name, diff: diff)
    }

    /// What lacks the labels would stay for ever once it is declared no longer.
    private mutating func requireLabels(_ labels: [String: String], _ items: [AppliedDeclaration]) {
        let words = labels.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
        for item in items {
            let own: [String: String]
            switch item.body {
            case .deployment(let spec): own = spec.labels
            case .config(let config): own = config.labels ?? [:]
            case .registryCredential, .ingressRoute: continue
            }
            guard !labels.allSatisfy({ own[$0.key] == $0.value }) else { continue }
            faults.add(
                "\(item.path).labels",
                "must have \(words.joined(separator: ", ")), by which the document is pruned")
        }
    }

    private func deploymentName(_ reference: String) -> String {
        DeploymentID(reference).flatMap { cluster.deploymentName($0) } ?? reference
    }

    private func nodeName(_ reference: String) -> String {
        NodeID(reference).flatMap { cluster.nodeRow($0)?.name } ?? reference
    }
}
