import ClusterCore
import Model
import TLS

/// Where a page of usage ended; clients hand it back as it is.
struct UsageCursor: Hashable, Sendable {
    let minute: Int64
    let key: UsageKey

    init(after bucket: UsageBucket) {
        minute = bucket.minute
        key = bucket.key
    }

    init?(_ text: String) {
        guard let bytes = Base64URL.decode(text) else { return nil }
        let words = String(decoding: bytes, as: UTF8.self).split(separator: "." as Character)
        guard words.count == 4, let minute = Int64(words[0]), let deployment = DeploymentID(words[1]),
            let node = NodeID(words[2]), let number = Int(words[3])
        else { return nil }
        self.minute = minute
        key = UsageKey(
            replica: ReplicaKey(deploymentID: deployment, replicaNumber: number), nodeID: node)
    }

    var text: String {
        Base64URL.encode(
            Array(
                "\(minute).\(key.replica.deploymentID).\(key.nodeID).\(key.replica.replicaNumber)".utf8))
    }

    /// Whether a minute of a replica comes after the end of that page.
    func isBefore(_ bucket: UsageBucket) -> Bool {
        minute == bucket.minute ? key < bucket.key : minute > bucket.minute
    }
}
