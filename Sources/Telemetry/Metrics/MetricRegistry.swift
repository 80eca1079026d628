/// Every metric of a program, rendered in the text format of Prometheus (0.0.4).
///
/// Not safe for several threads: make one on the loop and use it there.
public final class MetricRegistry {
    /// The content type of `render`'s result.
    public static let contentType = "text/plain; version=0.0.4; charset=utf-8"

    private var metrics: [any MetricRendering] = []
    private var collectors: [() -> Void] = []

    /// A registry without metrics.
    public init() {}

    /// Makes a counter; its name ends in `_total` by convention.
    public func counter(
        _ name: String, help: String, labels: [String] = [],
        maximumSeries: Int = TelemetryLimits.seriesPerMetric
    ) -> Counter {
        register(Counter(name, help: help, labels: labels, maximumSeries: maximumSeries))
    }

    /// Makes a gauge.
    public func gauge(
        _ name: String, help: String, labels: [String] = [],
        maximumSeries: Int = TelemetryLimits.seriesPerMetric
    ) -> Gauge {
        register(Gauge(name, help: help, labels: labels, maximumSeries: maximumSeries))
    }

    /// Makes a histogram.
    public func histogram(
        _ name: String, help: String, labels: [String] = [], buckets: [Double] = Histogram.secondsBuckets,
        maximumSeries: Int = TelemetryLimits.seriesPerMetric
    ) -> Histogram {
        register(Histogram(name, help: help, labels: labels, buckets: buckets, maximumSeries: maximumSeries))
    }

    /// Runs before every rendering, to set gauges that are read rather than kept.
    public func onCollect(_ collect: @escaping () -> Void) { collectors.append(collect) }

    /// Every metric in the order it was made.
    public func render() -> [UInt8] {
        for collect in collectors { collect() }
        var output: [UInt8] = []
        for metric in metrics { metric.render(to: &output) }
        let dropped = metrics.reduce(0) { $0 + $1.droppedSeries }
        if dropped > 0 {
            let name = "fledx_metrics_dropped_series_total"
            output += Array("# HELP \(name) Values of series beyond a metric's bound.\n".utf8)
            output += Array("# TYPE \(name) counter\n\(name) \(dropped)\n".utf8)
        }
        return output
    }

    private func register<Metric: MetricRendering>(_ metric: Metric) -> Metric {
        precondition(!metrics.contains { $0.name == metric.name }, "'\(metric.name)' exists already")
        metrics.append(metric)
        return metric
    }
}
