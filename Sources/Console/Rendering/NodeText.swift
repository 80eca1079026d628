import Model

/// Nodes for people.
enum NodeText {
    static func list(_ page: Page<NodeSummary>, now: Timestamp, wide: Bool, width: Int? = nil) -> String {
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
        let fit = Table.Fit(dropping: ["OS", "ARCH", "VERSION", "REPLICAS", "ID"])
        return (wide ? table.text : table.text(width: width, fit)) + DeploymentText.more(page)
    }

    /// `ready`, or `ready,cordoned`.
    private static func status(_ node: NodeSummary) -> String {
        let status = node.status.rawValue
        return node.availability == .open ? status : "\(status),\(node.availability.rawValue)"
    }

    static func detail(_ node: NodeDetail, now: Timestamp, width: Int? = nil) -> String {
        let summary = node.summary
        var text = Table(["NAME:", Words.text(summary.name)])
        text.add(["ID:", "\(summary.nodeID)"])
        text.add(["STATUS:", "\(status(summary)), seen \(Words.age(summary.lastSeen, now: now)) ago"])
        text.add(["PLATFORM:", "\(Words.text(summary.os))/\(Words.text(summary.arch))"])
        text.add(["AGENT:", Words.text(summary.agentVersion)])
        text.add(["LABELS:", Words.pairs(summary.labels)])
        text.add(["CAPACITY:", Words.capacity(summary.capacity)])
        text.add(["PUBLIC:", Words.text(summary.publicHost ?? summary.publicIP)])
        if let tunnel = node.tunnel { text.add(["TUNNEL:", self.tunnel(tunnel, now: now)]) }
        let applied = node.applied.map { "\($0.revision)" } ?? "-"
        text.add(["REVISION:", "\(node.desiredRevision) desired, \(applied) applied"])
        let prose = Table.Fit(wrapsLast: true)
        var result = text.text(width: width, prose)
        if !summary.conditions.isEmpty {
            var conditions = Table(["CONDITION", "MESSAGE"])
            for condition in summary.conditions { conditions.add([condition.type, condition.message]) }
            result += "\n" + conditions.text(width: width, prose)
        }
        guard !node.instances.isEmpty else { return result + "\nno replicas\n" }
        let fit = Table.Fit(dropping: ["PORTS", "RESTARTS"])
        return result + "\n" + replicas(node.instances).text(width: width, fit)
            + Reasons.text(node.instances, naming: true, width: width)
    }

    /// What an agent says of itself.
    static func agent(_ status: AgentStatus) -> String {
        var text = Table(["READY:", status.ready ? "yes" : "no"])
        for reason in status.reasons { text.add(["REASON:", reason]) }
        text.add(["AGENT:", status.agentVersion])
        text.add(["REVISION:", status.applied.map { "\($0.revision)" } ?? "-"])
        text.add(["REPLICAS:", "\(status.replicas)"])
        return text.text
    }

    private static func tunnel(_ tunnel: TunnelState, now: Timestamp) -> String {
        guard tunnel.connected else { return "none; logs, exec and port-forward wait for it" }
        return "open for \(Words.age(tunnel.connectedAt, now: now)), from \(Words.text(tunnel.peer))"
    }

    private static func replicas(_ instances: [InstanceView]) -> Table {
        var table = Table(["DEPLOYMENT", "REPLICA", "STATE", "READY", "RESTARTS", "PORTS", "ENDPOINT"])
        for instance in instances {
            table.add([
                instance.deployment, "\(instance.replicaNumber)", instance.state.rawValue,
                instance.ready ? "yes" : "no", "\(instance.restartCount)", Words.ports(instance.ports),
                Words.endpoints(instance),
            ])
        }
        return table
    }
}
