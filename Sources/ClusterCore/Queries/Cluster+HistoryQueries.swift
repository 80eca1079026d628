import Model

extension Cluster {
    /// The histories of this cluster, and what a confirmation would change on each node.
    public func history() -> HistoryView {
        let nodes = tables.nodes.values.filter { $0.tombstone == nil }.sorted { $0.ordinal < $1.ordinal }
        return HistoryView(
            epoch: tables.meta.epoch, predecessors: tables.meta.predecessors, accepts: tables.meta.accepts,
            isBrakeEngaged: brake.isEngaged, missing: missingNodes.missing,
            threshold: missingNodes.threshold, nodes: nodes.map(nodeHistory))
    }

    private func nodeHistory(_ row: NodeRow) -> HistoryView.Node {
        var view = HistoryView.Node(
            nodeID: row.id, name: row.name, epoch: historyOf(row), revision: row.revision,
            applied: live[row.id]?.applied, isHeld: isHeld(row))
        guard view.isHeld, let life = live[row.id], life.hasFullReport else { return view }
        var change = HistoryView.Change()
        let desired = tables.usage[row.id]?.documentedRows ?? []
        let documented = Set(desired.map(\.id))
        for placement in desired {
            guard let said = life.instances[placement.id], said.state != .removed else {
                change.starts += 1
                continue
            }
            if said.generation < placement.generation {
                change.updates += 1
            } else {
                change.keeps += 1
            }
        }
        let leaving = life.instances.count { !documented.contains($0.key) && $0.value.state != .removed }
        change.removes = leaving + life.strangers.count
        view.change = change
        return view
    }
}
