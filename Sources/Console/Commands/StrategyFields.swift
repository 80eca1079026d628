import ArgumentParser
import JSON

/// The flags of a rollout strategy that `create` and `update` share.
struct StrategyFields: ParsableArguments, Sendable {
    @Option(help: "rolling or recreate.") var strategyType: String?
    @Option(help: "auto, stop_first or start_first.") var strategyOrder: String?
    @Option(help: "The most replicas an update takes down at once.") var maxUnavailable: Int?
    @Option(help: "The most replicas an update runs beyond the declared number.") var maxSurge: Int?
    @Option(help: "Seconds a replica must be ready before the next one's turn.") var healthyAfterSecs: Int?
    @Option(help: "Seconds a node gives a new container to become healthy.") var gateSecs: Int?
    @Option(help: "Seconds without progress after which an update has failed.") var deadlineSecs: Int?

    @Flag(inversion: .prefixedNo, help: "Whether a failed update goes back by itself.")
    var autoRollback: Bool?

    /// The strategy as the REST body has it; nil when no flag was given.
    var node: JSONNode? {
        var members: [JSONMember] = []
        func add(_ key: String, _ value: JSONNode?) {
            if let value { members.append(JSONMember(key: key, value: value)) }
        }
        add("type", strategyType.map { .string($0) })
        add("order", strategyOrder.map { .string($0) })
        add("max_unavailable", maxUnavailable.map { .integer($0) })
        add("max_surge", maxSurge.map { .integer($0) })
        add("healthy_after_secs", healthyAfterSecs.map { .integer($0) })
        add("gate_secs", gateSecs.map { .integer($0) })
        add("deadline_secs", deadlineSecs.map { .integer($0) })
        add("auto_rollback", autoRollback.map { .bool($0) })
        return members.isEmpty ? nil : .object(members)
    }
}
