import Model

/// How the control plane does, for people.
enum HealthText {
    static func status(_ health: HealthResponse, at url: String) -> String {
        let age = Words.duration(seconds: health.uptimeSecs)
        var text = "CONTROL PLANE: \(url), version \(health.version), up \(age)\n"
        text += "NODES:         \(counts(health.nodes))\n"
        text += "DEPLOYMENTS:   \(counts(health.deployments))\n"
        guard !health.conditions.isEmpty else { return text + "STATUS:        \(health.status)\n" }
        for condition in health.conditions {
            text += "STATUS:        \(health.status): \(condition.type): \(condition.message)\n"
        }
        return text
    }

    private static func counts(_ counts: [String: Int]) -> String {
        let all = counts.filter { $0.value > 0 }.sorted { $0.key < $1.key }
        return all.isEmpty ? "none" : all.map { "\($0.value) \($0.key)" }.joined(separator: ", ")
    }
}
