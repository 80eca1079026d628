import Model

extension Cluster {
    /// Counts every command that declared something anew, so that a change made from an older look is noticed.
    ///
    /// Here, behind every command, and not in each of them: whatever changes what an operator declared is counted,
    /// an automatic rollback too.
    mutating func settleDeclarations(_ change: inout ChangeSet) {
        for entry in change.entries where !entry.isRevision {
            switch entry.original {
            case .deployment(let old)?:
                guard var row = tables.deployments[old.id], row.isDeclaredOther(than: old) else { continue }
                row.declaration = old.declaration + 1
                put(.deployment(row), &change)
            case .node(let old)?:
                guard var row = tables.nodes[old.id], row.isDeclaredOther(than: old) else { continue }
                row.declaration = old.declaration + 1
                put(.node(row), &change)
            default: continue
            }
        }
    }
}

extension DeploymentRow {
    /// Whether an operator who looked at the other row would decide otherwise.
    fileprivate func isDeclaredOther(than old: DeploymentRow) -> Bool {
        generation != old.generation || spec != old.spec || deletedAt != old.deletedAt
    }
}

extension NodeRow {
    /// Whether an operator who looked at the other row would decide otherwise.
    fileprivate func isDeclaredOther(than old: NodeRow) -> Bool {
        name != old.name || operatorLabels != old.operatorLabels || availability != old.availability
            || tombstone != old.tombstone
    }
}
