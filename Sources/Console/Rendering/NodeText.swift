import Model

/// Nodes for people.
enum NodeText {
    static func list(_ page: Page<NodeSummary>, now: Timestamp, wide: Bool) -> String {
        var header = ["NAME", "STATUS", "SEEN", "REPLICAS", "ARCH", "OS", "VERSION", "ID"]
        if wide { header += ["LABELS", "CAPACITY", "PUBLIC"] }
        var table = Table(header)
        for node in page.items {
            var row = [
                Words.text(node.name), Self.status(node), Words.age(node.lastSeen, now: now),
                "\(node.replicas)",
                Words.text(node.arch), Words.text(node.os), Words.text(node.agentVersion), "\(node.nodeID)",
            ]
            if wide {
                row += [
                    Words.pairs(node.labels), Words.capacity(node.capacity),
                    Words.text(node.publicHost ?? node.publicIP),
                ]
            }
            table.add(row)
        }
        return table.text + DeploymentText.more(page)
    }

    /// `ready`, or `ready,cordoned`.
    private static func status(_ node: NodeSummary) -> String {
        let status = node.status.rawValue
        return node.availability == .open ? status : "\(status),\(node.availability.rawValue)"
    }

    static func detail(_ node: NodeDetail, now: Timestamp) -> String {
        let summary = node.summary
        var text = Table(["NAME:", Words.text(summary.name)])
        text.add(["ID:", "\(summary.nodeID)"])
        text.add(["STATUS:", "\(status(summary)), seen \(Words.age(summary.lastSeen, now: now)) ago"])
        text.add(["PLATFORM:", "\(Words.text(summary.os))/\(Words.text(summary.arch))"])
        text.add(["AGENT:", Words.text(summary.agentVersion)])
        text.add(["LABELS:", Words.pairs(summary.labels)])
        text.add(["CAPACITY:", Words.capacity(summary.capacity)])
        text.add(["PUBLIC:", Words.text(summary.publicHost ?? summary.publicIP)])
        let applied = node.applied.map { "\($0.revision)" } ?? "-"
        text.add(["REVISION:", "\(node.desiredRevision) desired, \(applied) applied"])
        var result = text.text
        if !summary.conditions.isEmpty {
            var conditions = Table(["CONDITION", "MESSAGE"])
            for condition in summary.conditions { conditions.add([condition.type, condition.message]) }
            result += "\n" + conditions.text
        }
        var replicas = Table(["DEPLOYMENT", "REPLICA", "STATE", "READY", "RESTARTS", "PORTS", "REASON"])
        for instance in node.instances {
            replicas.add([
                instance.deployment, "\(instance.replicaNumber)", instance.state.rawValue,
                instance.ready ? "yes" : "no", "\(instance.restartCount)", Words.ports(instance.ports),
                instance.reason ?? "",
            ])
        }
        return result + "\n" + (node.instances.isEmpty ? "no replicas\n" : replicas.text)
    }
}
