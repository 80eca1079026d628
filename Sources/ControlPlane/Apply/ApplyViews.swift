import ClusterCore
import Model

/// Tells what became of declarations.
enum ApplyViews {
    static func item(
        _ step: ApplyPlan.Step, _ outcome: Reply.Applied, isDryRun: Bool, showsValues: Bool
    ) -> AppliedItem {
        let (isNew, hasChanged) = fate(outcome)
        var item = AppliedItem(
            kind: step.kind, name: step.name, action: isNew ? .created : hasChanged ? .changed : .unchanged)
        describe(outcome, in: &item)
        if isNew, isDryRun { item.id = nil }
        guard item.action == .changed, let diff = step.diff else { return item }
        item.changes = diff.changes.map {
            showsValues ? $0 : AppliedChange(field: $0.field, from: nil, to: nil)
        }
        item.changesLeftOut = diff.leftOut == 0 ? nil : diff.leftOut
        return item
    }

    private static func fate(_ outcome: Reply.Applied) -> (isNew: Bool, hasChanged: Bool) {
        switch outcome {
        case .deployment(let reply, let isNew): (isNew, reply.hasChanged)
        case .config(let reply, let isNew): (isNew, reply.hasChanged)
        case .registryCredential(_, let hasChanged, let isNew): (isNew, hasChanged)
        case .ingressRoute(_, let hasChanged, let isNew): (isNew, hasChanged)
        }
    }

    private static func describe(_ outcome: Reply.Applied, in item: inout AppliedItem) {
        switch outcome {
        case .deployment(let reply, _):
            item.id = "\(reply.id)"
            item.generation = reply.generation
            guard !reply.unplaced.isEmpty else { return }
            let view = DeploymentViews.created(reply)
            item.unplacedReplicas = view.unplacedReplicas
            item.unplacedReasons = view.unplacedReasons
        case .config(let reply, _):
            item.id = "\(reply.id)"
            item.version = reply.version
        case .registryCredential(let id, _, _): item.id = "\(id)"
        case .ingressRoute(let id, _, _): item.id = "\(id)"
        }
    }
}
