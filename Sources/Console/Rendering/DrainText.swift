import Model

/// The progress of a drain for people.
enum DrainText {
    static func progress(_ progress: DrainProgress, node: String) -> String {
        guard !progress.done else { return "node \(node) is empty\n" }
        let remaining = Words.replicas(progress.remaining.count)
        var text = "node \(node): \(remaining) to move, \(progress.leaving) leaving\n"
        guard !progress.remaining.isEmpty else { return text }
        var table = Table(["DEPLOYMENT", "REPLICA", "WHY"])
        for replica in progress.remaining {
            table.add([replica.deployment, "\(replica.replicaNumber)", replica.reason])
        }
        text += table.text
        return text
    }
}
