import Model

/// Deployments for people.
enum DeploymentText {
    static func list(
        _ page: Page<DeploymentSummary>, now: Timestamp, wide: Bool = false, width: Int? = nil
    ) -> String {
        var table = Table(
            ["NAME", "STATUS", "READY", "IMAGE", "GENERATION", "REPORTED", "AGE"] + (wide ? ["ID"] : []))
        for item in page.items {
            let row = [
                item.name, item.status.rawValue, "\(item.replicasReady)/\(item.replicas)", item.image,
                "\(item.generation)", Words.age(item.lastReported, now: now),
                Words.age(item.createdAt, now: now),
            ]
            table.add(row + (wide ? ["\(item.deploymentID)"] : []))
        }
        let fit = Table.Fit(dropping: ["REPORTED", "GENERATION", "AGE"], shortening: "IMAGE")
        return (wide ? table.text : table.text(width: width, fit)) + more(page)
    }

    static func more<Item>(_ page: Page<Item>) -> String {
        let shown = (page.offset ?? 0) + page.items.count
        return shown < page.total ? "\(page.total - shown) more; use --offset \(shown)\n" : ""
    }

    /// What became of a command about an update.
    static func update(_ item: DeploymentDetail, _ verb: String) -> String {
        "deployment \(item.spec.name) \(verb); generation \(item.generation), "
            + "\(item.replicasReady)/\(item.replicasDesired) ready\n"
    }

    /// What became of a rollback: it makes a new revision of the restored one.
    static func rollback(_ item: DeploymentDetail) -> String {
        guard let restored = item.rollout?.restoredFrom, item.generation > 1 else {
            return update(item, "goes back")
        }
        return "deployment \(item.spec.name) goes back from revision \(item.generation - 1) to revision "
            + "\(restored), as revision \(item.generation); \(item.replicasReady)/\(item.replicasDesired) ready\n"
    }

    /// The head lines, every replica, the reasons and the remarks.
    static func detail(_ item: DeploymentDetail, now: Timestamp, width: Int? = nil) -> String {
        let prose = Table.Fit(wrapsLast: true)
        var result = head(item, now: now).text(width: width, prose) + "\n"
        let fit = Table.Fit(dropping: ["PORTS", "GENERATION", "RESTARTS"])
        result += replicas(item.instances).text(width: width, fit)
        result += Reasons.text(item.instances, width: width)
        if !item.conditions.isEmpty {
            var conditions = Table(["CONDITION", "MESSAGE"])
            for condition in item.conditions { conditions.add([condition.type, condition.message]) }
            result += "\n" + conditions.text(width: width, prose)
        }
        return result
    }

    private static func head(_ item: DeploymentDetail, now: Timestamp) -> Table {
        var head = Table(["NAME:", item.spec.name])
        head.add(["ID:", "\(item.deploymentID)"])
        head.add(["STATUS:", "\(item.status.rawValue), \(item.replicasReady)/\(item.replicasDesired) ready"])
        head.add(["IMAGE:", item.spec.container.image])
        head.add(["GENERATION:", "\(item.generation)"])
        if let rollout = item.rollout { head.add(["ROLLOUT:", RolloutText.line(rollout)]) }
        head.add(["CREATED:", "\(item.createdAt) (\(Words.age(item.createdAt, now: now)) ago)"])
        return head
    }

    private static func replicas(_ instances: [InstanceView]) -> Table {
        var table = Table([
            "REPLICA", "NODE", "STATE", "READY", "RESTARTS", "PORTS", "ENDPOINT", "GENERATION",
        ])
        for instance in instances {
            table.add([
                "\(instance.replicaNumber)", instance.nodeName ?? Words.short(instance.nodeID),
                instance.state.rawValue, instance.ready ? "yes" : "no", "\(instance.restartCount)",
                Words.ports(instance.ports), Words.endpoints(instance), "\(instance.generation)",
            ])
        }
        return table
    }
}
