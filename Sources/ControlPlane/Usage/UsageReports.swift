import ClusterCore
import EventLoop
import Model
import SQLite

/// What operators are told of the use of replicas.
@LoopActor
final class UsageReports {
    private let host: ClusterHost
    private let usage: UsageService
    private let history: HistoryReads

    init(host: ClusterHost, usage: UsageService, history: HistoryReads) {
        self.host = host
        self.usage = usage
        self.history = history
    }

    /// Minutes of a deployment or a node: stored ones, and those that are still being counted.
    func query(_ call: APICall) throws(Refusal) -> APIRoute.Disposition {
        var reader = try call.query()
        let now = host.clock.now().wall
        let query = try UsageQuery(&reader, host.cluster, now: now, retentionSecs: usage.windowSecs)
        // One more than is shown tells whether there is a next page.
        let count = query.offset + query.limit + 1
        do {
            let read = try history.read(rows: count + SQLiteLimits.historyRows, holding: usage) {
                try UsageRecords.page(query, count: count, on: $0)
            } then: { [usage] result in
                switch result {
                case .failure(let failure): call.answer(.failure(.history(failure)))
                case .success(let stored):
                    let waiting = usage.waitingMinutes(query)
                    do throws(Refusal) {
                        call.answer(.success(try await Self.written(stored, waiting, query, count)))
                    } catch {
                        call.answer(.failure(error))
                    }
                }
            }
            call.onAbandoned = { read.cancel() }
        } catch {
            throw .history(error)
        }
        return .later
    }

    /// The newest samples of a deployment's replicas.
    func samples(_ call: APICall) throws(Refusal) -> APIRoute.Disposition {
        try call.refuseQuery()
        let reference = call.parameter("id")
        let known = DeploymentID(reference).flatMap { host.cluster.deploymentRow($0) }
        let named = host.cluster.deploymentID(named: reference).flatMap { host.cluster.deploymentRow($0) }
        guard let row = known ?? named else { throw .notFound("deployment", reference) }
        let now = host.clock.now().wall
        let replicas = host.cluster.usageKeys(of: row.id).sorted().map { key in
            DeploymentMetrics.Replica(
                nodeID: key.nodeID, replicaNumber: key.replica.replicaNumber,
                lastSeen: host.cluster.node(key.nodeID)?.lastSeen,
                metrics: usage.ledger.samples(of: key, now: now))
        }
        return .answer(
            try .json(
                DeploymentMetrics(
                    deploymentID: row.id, deployment: row.spec.name, windowSecs: usage.sampleSecs, asOf: now,
                    replicas: replicas)))
    }

    private static func written(
        _ stored: [UsageBucket], _ waiting: [UsageBucket], _ query: UsageQuery, _ count: Int
    ) async throws(Refusal) -> Answer {
        try await .writtenBeside { () throws(Refusal) in
            try answer(merged(stored, waiting, count: count), query)
        }
    }

    private nonisolated static func merged(
        _ stored: [UsageBucket], _ waiting: [UsageBucket], count: Int
    ) -> [UsageBucket] {
        guard !waiting.isEmpty else { return stored }
        var byPlace: [UsageCursor: UsageBucket] = [:]
        for bucket in stored + waiting {
            let place = UsageCursor(after: bucket)
            if byPlace[place] == nil {
                byPlace[place] = bucket
            } else {
                byPlace[place]?.totals.add(bucket.totals)
            }
        }
        return Array(byPlace.values.sorted { $0.isShown(before: $1) }.prefix(count))
    }

    private nonisolated static func answer(
        _ found: [UsageBucket], _ query: UsageQuery
    ) throws(Refusal) -> Answer {
        let shown = found.dropFirst(query.offset).prefix(query.limit)
        let hasMore = found.count > query.offset + query.limit
        let page = UsagePage(
            items: shown.map { bucket in
                UsageRollup(
                    deploymentID: bucket.key.replica.deploymentID, nodeID: bucket.key.nodeID,
                    replicaNumber: bucket.key.replica.replicaNumber, bucketStart: bucket.start,
                    figures: bucket.totals.figures)
            },
            limit: query.limit, offset: query.cursor == nil ? query.offset : nil,
            nextCursor: hasMore ? shown.last.map { UsageCursor(after: $0).text } : nil)
        return try .json(page)
    }
}
