import Model

/// What changed between two looks at a deployment, one line each.
enum DeploymentChanges {
    static func lines(from old: DeploymentDetail?, to new: DeploymentDetail) -> [String] {
        var lines: [String] = []
        let head =
            "\(new.spec.name): \(new.status.rawValue), \(new.replicasReady)/\(new.replicasDesired) ready"
        if old.map({ self.head($0) }) != self.head(new) {
            lines.append("\(head), generation \(new.generation)")
        }
        let before = Dictionary(
            (old?.instances ?? []).map { ($0.replicaNumber, $0) }, uniquingKeysWith: { first, _ in first })
        for instance in new.instances where before[instance.replicaNumber].map(words) != words(instance) {
            lines.append("  \(words(instance))")
        }
        let gone = before.keys.filter { number in !new.instances.contains { $0.replicaNumber == number } }
        for number in gone.sorted() { lines.append("  replica \(number) is gone") }
        let known = Set((old?.conditions ?? []).map { "\($0.type) \($0.message)" })
        for condition in new.conditions where !known.contains("\(condition.type) \(condition.message)") {
            lines.append("  \(condition.type): \(condition.message)")
        }
        return lines
    }

    private static func head(_ item: DeploymentDetail) -> String {
        "\(item.status) \(item.replicasReady) \(item.replicasDesired) \(item.generation)"
    }

    private static func words(_ instance: InstanceView) -> String {
        var text = "replica \(instance.replicaNumber)"
        if let node = instance.nodeName ?? instance.nodeID.map({ Words.short($0) }) { text += " on \(node)" }
        text += ": \(instance.state.rawValue)"
        if instance.restartCount > 0 { text += ", \(Words.counted(Int(instance.restartCount), "restart"))" }
        if !instance.endpoints.isEmpty { text += " at \(instance.endpoints.joined(separator: ", "))" }
        if let reason = instance.reason { text += " (\(reason))" }
        return text
    }
}
