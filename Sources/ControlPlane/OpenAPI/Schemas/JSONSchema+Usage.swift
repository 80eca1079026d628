import Model

extension JSONSchema {
    /// What was used in a stretch of time: sums, and the same for each sample.
    private static let figures: [Field] = [
        .must("samples", .count(6)), .must("avg_cpu_percent", .real(12.5)),
        .must("avg_memory_bytes", .count(67_108_864)), .must("network_rx_bytes", .count(6000)),
        .must("network_tx_bytes", .count(3000)), .may("blk_read_bytes", .count(0)),
        .may("blk_write_bytes", .count(4096)), .must("avg_network_rx_bytes", .count(1000)),
        .must("avg_network_tx_bytes", .count(500)), .may("avg_blk_read_bytes", .count(0)),
        .may("avg_blk_write_bytes", .count(682)),
    ]

    static let usageSummary = Component(
        "UsageSummary", .object([.must("window_start", .time), .must("window_end", .time)] + figures))

    static let usageRollup = Component(
        "UsageRollup",
        .object(
            [
                .must("deployment_id", .id), .must("node_id", .id), .must("replica_number", .count(0)),
                .must("bucket_start", .time),
            ] + figures))

    private static let sample = object([
        .must("collected_at", .time), .must("cpu_percent", .real(12.5)),
        .must("memory_bytes", .count(67_108_864)), .must("network_rx_bytes", .count(1000)),
        .must("network_tx_bytes", .count(500)), .may("blk_read_bytes", .count(0)),
        .may("blk_write_bytes", .count(0)),
    ])

    static let deploymentMetrics = Component(
        "DeploymentMetrics",
        .object([
            .must("deployment_id", .id), .must("deployment", .text("web")), .must("window_secs", .count(300)),
            .must("as_of", .time),
            .must(
                "replicas",
                .list(
                    .object([
                        .must("node_id", .id), .must("replica_number", .count(0)), .may("last_seen", .time),
                        .must("metrics", .list(sample)),
                    ]))),
        ]))

    static let metricsSummary = Component(
        "MetricsSummary",
        .object([
            .must("limit", .whole(1...100_000, 20)), .must("window_secs", .count(60)),
            .must("as_of", .time),
            .must(
                "items",
                .list(
                    .object([
                        .must("method", .text("GET")), .must("path", .text("/api/v1/nodes")),
                        .must("status", .text("200")), .must("count", .real(17)),
                    ]))),
        ]))

    static let usageComponents = [usageSummary, usageRollup, deploymentMetrics, metricsSummary]
}
