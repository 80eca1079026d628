import Model

extension Cluster {
    /// Makes what has a config exactly what is listed; lists that are not given leave it.
    mutating func attach(
        _ config: ApplyDeclarations.Config, _ index: Int, _ run: inout ApplyRun, _ change: inout ChangeSet
    ) throws(Rejection) {
        guard let id = run.configs[index] else { return }
        var faults: [Rejection.Fault] = []
        let wanted = deploymentTargets(config, &faults) + nodeTargets(config, &faults)
        guard faults.isEmpty else {
            throw Rejection(.invalid, "the config is attached to something unknown", faults: faults)
        }
        let present = Set((tables.configs.attachments[id] ?? [:]).keys)
        let surplus = present.subtracting(wanted).filter { target in
            switch target {
            case .deployment: config.deployments != nil
            case .node: config.nodes != nil
            }
        }
        for target in surplus.sorted(by: Self.isBefore) { try attach(id, target, false, &run, &change) }
        for target in wanted where !present.contains(target) {
            try attach(id, target, true, &run, &change)
        }
        guard !surplus.isEmpty || !present.isSuperset(of: wanted),
            case .config(var reply, let isNew) = run.outcomes[index]
        else { return }
        reply.hasChanged = true
        run.outcomes[index] = .config(reply, isNew: isNew)
    }

    private mutating func attach(
        _ id: ConfigID, _ target: ConfigTarget, _ isAttached: Bool, _ run: inout ApplyRun,
        _ change: inout ChangeSet
    ) throws(Rejection) {
        let payload = SetConfigAttachment(
            configID: id, target: target, isAttached: isAttached, requestID: change.requestID)
        if let affected = try attach(payload, &change) { run.affected.formUnion(affected) }
    }

    private func deploymentTargets(
        _ config: ApplyDeclarations.Config, _ faults: inout [Rejection.Fault]
    ) -> [ConfigTarget] {
        var targets: [ConfigTarget] = []
        for (index, reference) in (config.deployments ?? []).enumerated() {
            guard let id = liveDeployment(referredToAs: reference) else {
                let path = "attached_deployments[\(index)]"
                faults += Self.unknown("deployment", reference, at: path).faults
                continue
            }
            if !targets.contains(.deployment(id)) { targets.append(.deployment(id)) }
        }
        return targets
    }

    private func nodeTargets(
        _ config: ApplyDeclarations.Config, _ faults: inout [Rejection.Fault]
    ) -> [ConfigTarget] {
        var targets: [ConfigTarget] = []
        for (index, reference) in (config.nodes ?? []).enumerated() {
            let id = NodeID(reference).flatMap { node($0)?.row.id } ?? nodeID(named: reference)
            guard let id else {
                faults += Self.unknown("node", reference, at: "attached_nodes[\(index)]").faults
                continue
            }
            if !targets.contains(.node(id)) { targets.append(.node(id)) }
        }
        return targets
    }

    /// A live deployment by its id or its name.
    func liveDeployment(referredToAs reference: String) -> DeploymentID? {
        if let id = DeploymentID(reference), deploymentRow(id) != nil { return id }
        return deploymentID(named: reference)
    }

    static func unknown(_ what: String, _ reference: String, at field: String) -> Rejection {
        let message = "there is no \(what) '\(reference.prefix(80))'"
        return Rejection(.invalid, message, faults: [.init(field: field, message: message)])
    }
}
