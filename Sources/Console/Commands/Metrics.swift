import ArgumentParser

/// Everything about what is measured.
struct Metrics: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "metrics",
        abstract: "Look at what replicas use now, and at what the control plane answers.",
        subcommands: [MetricsQuery.self, MetricsSummaryCommand.self])
}
