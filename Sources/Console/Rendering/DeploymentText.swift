import Model

/// Deployments for people.
enum DeploymentText {
    static func list(_ page: Page<DeploymentSummary>, now: Timestamp) -> String {
        var table = Table(["NAME", "STATUS", "READY", "IMAGE", "GENERATION", "REPORTED", "AGE", "ID"])
        for item in page.items {
            table.add([
                item.name, item.status.rawValue, "\(item.replicasReady)/\(item.replicas)", item.image,
                "\(item.generation)", Words.age(item.lastReported, now: now),
                Words.age(item.createdAt, now: now),
                Words.short(item.deploymentID),
            ])
        }
        return table.text + more(page)
    }

    static func more<Item>(_ page: Page<Item>) -> String {
        let shown = page.offset + page.items.count
        return shown < page.total ? "\(page.total - shown) more; use --offset \(shown)\n" : ""
    }

    /// What became of a command about an update.
    static func update(_ item: DeploymentDetail, _ verb: String) -> String {
        "deployment \(item.spec.name) \(verb); generation \(item.generation), "
            + "\(item.replicasReady)/\(item.replicasDesired) ready\n"
    }

    /// The head lines, every replica with its reason, and the remarks.
    static func detail(_ item: DeploymentDetail, now: Timestamp) -> String {
        var text = Table(["NAME:", item.spec.name])
        text.add(["ID:", "\(item.deploymentID)"])
        text.add(["STATUS:", "\(item.status.rawValue), \(item.replicasReady)/\(item.replicasDesired) ready"])
        text.add(["IMAGE:", item.spec.container.image])
        text.add(["GENERATION:", "\(item.generation)"])
        if let rollout = item.rollout { text.add(["ROLLOUT:", RolloutText.line(rollout)]) }
        text.add(["CREATED:", "\(item.createdAt) (\(Words.age(item.createdAt, now: now)) ago)"])
        var replicas = Table([
            "REPLICA", "NODE", "STATE", "READY", "RESTARTS", "PORTS", "GENERATION", "REASON",
        ])
        for instance in item.instances {
            replicas.add([
                "\(instance.replicaNumber)", instance.nodeName ?? Words.short(instance.nodeID),
                instance.state.rawValue, instance.ready ? "yes" : "no", "\(instance.restartCount)",
                Words.ports(instance.ports), "\(instance.generation)", instance.reason ?? "",
            ])
        }
        var result = text.text + "\n" + replicas.text
        if !item.conditions.isEmpty {
            var conditions = Table(["CONDITION", "MESSAGE"])
            for condition in item.conditions { conditions.add([condition.type, condition.message]) }
            result += "\n" + conditions.text
        }
        return result
    }
}
