import Model

/// The cluster as a whole for people.
enum ClusterText {
    static func status(_ status: ClusterStatus, width: Int? = nil) -> String {
        var text = "HISTORY: \(status.epoch)\n"
        for epoch in status.predecessors { text += "BEFORE:  \(epoch)\n" }
        for epoch in status.accepts { text += "CONFIRMED: \(epoch)\n" }
        text += "BRAKE:   \(brake(status.brake))\n"
        let held = status.nodes.filter(\.held)
        guard !held.isEmpty else { return text + "no node waits for a confirmation\n" }
        var table = Table(["NODE", "HISTORY", "APPLIED", "STARTS", "UPDATES", "KEEPS", "REMOVES"])
        for node in held {
            table.add(
                [
                    node.name ?? "\(node.nodeID)", node.epoch.map { "\($0)" } ?? "-",
                    node.applied.map { "\($0.revision)" } ?? "-",
                ] + counts(node.change))
        }
        return text + "\(held.count) nodes wait for a confirmation:\n"
            + table.text(width: width, Table.Fit(dropping: ["APPLIED"]))
    }

    /// One line about the mass-loss brake.
    static func brake(_ brake: ClusterStatus.Brake) -> String {
        let counts = "\(brake.missing) nodes missing, engages at \(brake.threshold)"
        return brake.engaged ? "engaged, no replica is moved (\(counts))" : "not engaged (\(counts))"
    }

    private static func counts(_ change: ClusterStatus.Change?) -> [String] {
        guard let change else { return ["-", "-", "-", "-"] }
        return [change.starts, change.updates, change.keeps, change.removes].map { "\($0)" }
    }
}
