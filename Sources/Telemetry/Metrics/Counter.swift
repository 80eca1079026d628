/// Counts what happened; it never goes down.
public final class Counter: MetricFamily<Counter.Series> {
    /// One combination of label values.
    public final class Series {
        /// How often it happened.
        public private(set) var value = 0.0

        /// Adds occurrences; a negative amount is ignored.
        public func increment(by amount: Double = 1) { if amount > 0 { value += amount } }
    }

    init(_ name: String, help: String, labels: [String], maximumSeries: Int) {
        super.init(name, help: help, labels: labels, maximumSeries: maximumSeries) { Series() }
    }

    /// Adds occurrences.
    public func increment(_ values: [String] = [], by amount: Double = 1) {
        with(values).increment(by: amount)
    }

    override var kind: String { "counter" }

    override func render(_ series: Series, _ values: [String], to output: inout [UInt8]) {
        appendSample("", values, series.value, to: &output)
    }
}
