import Model

/// The progress of a drain for people.
enum DrainText {
    static func progress(_ progress: DrainProgress, node: String) -> String {
        guard !progress.done else { return "node \(node) is empty\n" }
        var text = "node \(node): \(progress.remaining.count) replicas to move, \(progress.leaving) leaving\n"
        guard !progress.remaining.isEmpty else { return text }
        var table = Table(["DEPLOYMENT", "REPLICA", "WHY"])
        for replica in progress.remaining {
            table.add([replica.deployment, "\(replica.replicaNumber)", replica.reason])
        }
        text += table.text
        return text
    }
}
