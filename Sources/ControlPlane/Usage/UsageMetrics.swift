import ClusterCore
import EventLoop
import Model
import Telemetry

/// What Prometheus is told of the use of replicas, and of the samples that tell it.
@LoopActor
final class UsageMetrics {
    /// Why a sample did not count.
    enum Loss: String, CaseIterable {
        case unreadable = "invalid_payload"
        case old = "retention"
        case repeated
        case limit
        case notPlaced = "not_placed"
        case series = "series_limit"
        case storage
    }

    /// Brings the figures of replicas up to date; called before they are shown.
    var onCollect: (@LoopActor () -> Void)?

    private let ingested: Counter
    private let losses: Counter
    private let figures: UsageFigureSeries
    private let limit: Int

    init(_ registry: MetricRegistry, seriesLimit: Int) {
        limit = seriesLimit == 0 ? ControlPlaneLimits.usageMetricSeries : seriesLimit
        ingested = registry.counter(
            "heartbeat_usage_samples_ingested_total", help: "Samples of replicas' use that were counted.")
        losses = registry.counter(
            "heartbeat_usage_samples_dropped_total", help: "Samples that were not counted, and why.",
            labels: ["reason"])
        for loss in Loss.allCases { _ = losses.with([loss.rawValue]) }
        figures = UsageFigureSeries(registry, limit: limit)
    }

    func took(_ intake: UsageIntake) {
        ingested.increment(by: Double(intake.accepted))
        dropped(intake.old, .old)
        dropped(intake.repeated, .repeated)
        dropped(intake.beyondSeries, .series)
    }

    func dropped(_ count: Int, _ loss: Loss) { losses.increment([loss.rawValue], by: Double(count)) }

    func collect() { onCollect?() }

    /// Shows the replicas that are placed and measured, as many as are allowed; the series of others go away.
    func show(_ ledger: UsageLedger, _ cluster: Cluster) {
        var placed: [NodeID: Set<UsageKey>] = [:]
        var shown: Set<[String]> = []
        for key in ledger.keys {
            guard shown.count < limit else { break }
            if placed[key.nodeID] == nil { placed[key.nodeID] = cluster.usageKeys(on: key.nodeID) }
            guard placed[key.nodeID]?.contains(key) == true,
                let name = cluster.deploymentName(key.replica.deploymentID)
            else { continue }
            let labels = [
                "\(key.replica.deploymentID)", name, "\(key.nodeID)", "\(key.replica.replicaNumber)",
            ]
            shown.insert(labels)
            figures.show(labels, ledger, key)
        }
        figures.keepOnly(shown)
    }
}
