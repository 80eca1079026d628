import ClusterCore
import Model

/// Which minutes of use are asked for.
struct UsageQuery: Sendable {
    var deploymentID: DeploymentID?
    var nodeID: NodeID?
    var replicaNumber: Int64?
    /// The first and the last minute, both included.
    var first: Int64
    var last: Int64
    var limit: Int
    var offset: Int
    var cursor: UsageCursor?

    /// Reads a request's query; throws every fault at once.
    init(
        _ query: inout QueryReader, _ cluster: Cluster, now: Timestamp, retentionSecs: Int64
    ) throws(Refusal) {
        var faults = FaultList()
        deploymentID = Self.deployment(&query, cluster, &faults)
        nodeID = Self.node(&query, cluster, &faults)
        let isNamed = ["deployment_id", "deployment", "node_id", "node"].contains { query.text($0) != nil }
        if !isNamed { faults.add("deployment_id", "deployment_id or node_id is required") }
        replicaNumber = query.integer("replica_number", in: 0...Int64(UInt32.max))
        limit =
            query.integer("limit", in: 1...Int64(ControlPlaneLimits.maxPageItems)).map { Int($0) }
            ?? ControlPlaneLimits.pageItems
        offset = query.integer("offset", in: 0...Int64(ControlPlaneLimits.usageOffset)).map { Int($0) } ?? 0
        cursor = Self.cursor(&query, offset, &faults)
        let until = Self.time("until", &query, &faults) ?? now
        let since = Self.time("since", &query, &faults)
        (first, last) = Self.window(since, until, now, retentionSecs, &faults)
        try query.finish(with: faults)
    }

    /// Whether a replica is asked for.
    func takes(_ key: UsageKey) -> Bool {
        (deploymentID == nil || key.replica.deploymentID == deploymentID)
            && (nodeID == nil || key.nodeID == nodeID)
            && (replicaNumber == nil || Int64(key.replica.replicaNumber) == replicaNumber)
    }

    func takes(_ bucket: UsageBucket) -> Bool {
        takes(bucket.key) && (first...last).contains(bucket.minute) && isBehindCursor(bucket)
    }

    func isBehindCursor(_ bucket: UsageBucket) -> Bool { cursor?.isBefore(bucket) ?? true }

    private static func window(
        _ since: Timestamp?, _ until: Timestamp, _ now: Timestamp, _ retention: Int64,
        _ faults: inout FaultList
    ) -> (Int64, Int64) {
        let length = ControlPlaneLimits.usageWindowSeconds
        let standard = retention == 0 ? length : min(length, retention)
        let oldest =
            retention == 0 ? Timestamp(milliseconds: 0) : now.adding(milliseconds: -retention * 1000)
        let start = max(since ?? until.adding(milliseconds: -standard * 1000), oldest)
        if until < oldest {
            faults.add("until", "usage is kept for \(retention) s; this is before \(oldest)")
        } else if let since, since > until {
            faults.add("since", "must not be after until")
        }
        // A minute counts when it begins within the window.
        let first = UsageBucket.minute(of: start.adding(milliseconds: UsageBucket.milliseconds - 1))
        return (first, max(first, UsageBucket.minute(of: until)))
    }

    private static func time(
        _ name: String, _ query: inout QueryReader, _ faults: inout FaultList
    ) -> Timestamp? {
        guard let text = query.text(name) else { return nil }
        // A plus that is not escaped arrives as a space.
        if let time = Timestamp(text) ?? Timestamp(String(text.map { $0 == " " ? "+" : $0 })) { return time }
        faults.add(name, "an RFC 3339 time such as 2026-11-25T12:00:00Z is expected")
        return nil
    }

    private static func cursor(
        _ query: inout QueryReader, _ offset: Int, _ faults: inout FaultList
    ) -> UsageCursor? {
        guard let text = query.text("cursor") else { return nil }
        if offset > 0 { faults.add("offset", "cannot be combined with cursor") }
        if let cursor = UsageCursor(text) { return cursor }
        faults.add("cursor", "is none that this control plane gave")
        return nil
    }

    /// Names are of what is there now; ids also of what was there.
    private static func deployment(
        _ query: inout QueryReader, _ cluster: Cluster, _ faults: inout FaultList
    ) -> DeploymentID? {
        guard let (name, text) = query.one(of: ["deployment_id", "deployment"], &faults) else { return nil }
        if let id = DeploymentID(text) ?? cluster.deploymentID(named: text) { return id }
        faults.add(name, "there is no deployment '\(text.prefix(80))'")
        return nil
    }

    private static func node(
        _ query: inout QueryReader, _ cluster: Cluster, _ faults: inout FaultList
    ) -> NodeID? {
        guard let (name, text) = query.one(of: ["node_id", "node"], &faults) else { return nil }
        if let id = NodeID(text) ?? cluster.nodeID(named: text) { return id }
        faults.add(name, "there is no node '\(text.prefix(80))'")
        return nil
    }
}

extension QueryReader {
    /// The value of a parameter that has two names.
    fileprivate mutating func one(of names: [String], _ faults: inout FaultList) -> (String, String)? {
        let given = names.compactMap { name in text(name).map { (name, $0) } }
        if given.count > 1 { faults.add(given[1].0, "is the same as \(given[0].0); one is allowed") }
        return given.first
    }

    /// As `finish`, with faults found elsewhere.
    fileprivate mutating func finish(with others: FaultList) throws(Refusal) {
        do {
            try finish()
        } catch {
            var refusal = error
            refusal.details += others.faults
            throw refusal
        }
        guard others.isEmpty else {
            throw .badRequest("the query is not valid; see details", details: others.faults)
        }
    }
}
