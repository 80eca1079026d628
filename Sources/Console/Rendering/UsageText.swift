import Model

/// What is and was used, for people.
enum UsageText {
    /// What a node's replicas used lately.
    static func node(_ node: NodeDetail, now: Timestamp) -> String {
        guard let summary = node.usageSummary else { return "" }
        let figures = summary.figures
        return
            "last \(Words.age(summary.windowStart, now: summary.windowEnd)): mean of \(figures.samples) samples "
            + "\(percent(figures.cpuPercent)) and \(bytes(figures.memoryBytes)) a replica; "
            + "\(bytes(figures.receivedBytes)) received, \(bytes(figures.sentBytes)) sent\n\n"
    }

    /// The newest sample of every replica, or all that are kept.
    static func samples(
        _ deployments: [DeploymentMetrics], all: Bool, now: Timestamp, width: Int? = nil
    ) -> String {
        var table = Table([
            "DEPLOYMENT", "REPLICA", "NODE", "SAMPLED", "CPU", "MEMORY", "NET RX", "NET TX",
            "BLOCK READ", "BLOCK WRITE",
        ])
        for deployment in deployments {
            for replica in deployment.replicas {
                let shown = all ? replica.metrics : Array(replica.metrics.suffix(1))
                let name = [
                    deployment.deployment, "\(replica.replicaNumber)", Words.short(replica.nodeID),
                ]
                if shown.isEmpty { table.add(name + Array(repeating: "-", count: 7)) }
                for sample in shown { table.add(name + row(sample, now)) }
            }
        }
        let text = table.text(width: width, Table.Fit(dropping: ["BLOCK READ", "BLOCK WRITE", "NODE"]))
        return deployments.allSatisfy(\.replicas.isEmpty) ? "no replicas\n" : text
    }

    /// Minutes of use.
    static func page(_ page: UsagePage, of name: String, width: Int? = nil) -> String {
        guard !page.items.isEmpty else { return "no usage of \(name) in this time\n" }
        var table = Table(["MINUTE", "DEPLOYMENT", "NODE", "REPLICA", "SAMPLES", "CPU", "MEMORY", "RX", "TX"])
        for item in page.items {
            let figures = item.figures
            table.add([
                minute(item.bucketStart), Words.short(item.deploymentID), Words.short(item.nodeID),
                "\(item.replicaNumber)", "\(figures.samples)", percent(figures.cpuPercent),
                bytes(figures.memoryBytes), bytes(figures.receivedBytes), bytes(figures.sentBytes),
            ])
        }
        let more = page.nextCursor.map { "more; use --cursor \($0)\n" } ?? ""
        return table.text(width: width, Table.Fit(dropping: ["SAMPLES", "DEPLOYMENT"])) + more
    }

    /// The most frequent requests.
    static func summary(_ summary: MetricsSummary, width: Int? = nil) -> String {
        var table = Table(["METHOD", "STATUS", "COUNT", "PATH"])
        for item in summary.items {
            table.add([item.method, item.status, "\(Int64(item.count))", item.path])
        }
        let since = summary.windowSecs == 0 ? "since the start" : "in the last \(summary.windowSecs) s"
        return table.text(width: width, Table.Fit(wrapsLast: true)) + "\(since)\n"
    }

    private static func row(_ sample: ResourceSample, _ now: Timestamp) -> [String] {
        [
            "\(Words.age(sample.collectedAt, now: now)) ago", percent(sample.cpuPercent),
            bytes(sample.memoryBytes), bytes(sample.networkReceivedBytes), bytes(sample.networkSentBytes),
            sample.blockReadBytes.map(bytes) ?? "-", sample.blockWrittenBytes.map(bytes) ?? "-",
        ]
    }

    /// `2026-11-25 12:00`, in UTC.
    private static func minute(_ time: Timestamp) -> String {
        String(time.description.prefix(16).map { $0 == "T" ? " " : $0 })
    }

    private static func percent(_ value: Double) -> String {
        let tenths = Int64((value * 10).rounded())
        return tenths % 10 == 0 ? "\(tenths / 10)%" : "\(tenths / 10).\(tenths % 10)%"
    }

    private static func bytes(_ count: UInt64) -> String { Words.bytes(Int64(clamping: count)) }
}
