/// Shows a value that goes up and down.
public final class Gauge: MetricFamily<Gauge.Series> {
    /// One combination of label values.
    public final class Series {
        /// The value now.
        public var value = 0.0

        /// Adds to the value.
        public func add(_ amount: Double) { value += amount }
    }

    init(_ name: String, help: String, labels: [String], maximumSeries: Int) {
        super.init(name, help: help, labels: labels, maximumSeries: maximumSeries) { Series() }
    }

    /// Sets the value.
    public func set(_ value: Double, _ values: [String] = []) { with(values).value = value }

    /// Adds to the value.
    public func add(_ amount: Double, _ values: [String] = []) { with(values).add(amount) }

    override var kind: String { "gauge" }

    override func render(_ series: Series, _ values: [String], to output: inout [UInt8]) {
        appendSample("", values, series.value, to: &output)
    }
}
