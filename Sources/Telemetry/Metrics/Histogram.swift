/// Counts values by size.
public final class Histogram: MetricFamily<Histogram.Series> {
    /// Bounds in seconds that suit requests: 1 ms to 10 s.
    public static let secondsBuckets = [
        0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10,
    ]

    /// One combination of label values.
    public final class Series {
        /// Upper bounds in ascending order.
        let bounds: [Double]
        /// Values per bound, not added up; the last one is for everything above.
        private(set) var counts: [Int]
        /// All values together.
        public private(set) var sum = 0.0

        init(_ bounds: [Double]) {
            self.bounds = bounds
            counts = [Int](repeating: 0, count: bounds.count + 1)
        }

        /// How many values there were.
        public var count: Int { counts.reduce(0, +) }

        /// Takes one value; NaN is ignored.
        public func observe(_ value: Double) {
            guard !value.isNaN else { return }
            counts[bounds.firstIndex { value <= $0 } ?? bounds.count] += 1
            sum += value
        }
    }

    init(_ name: String, help: String, labels: [String], buckets: [Double], maximumSeries: Int) {
        precondition(zip(buckets, buckets.dropFirst()).allSatisfy(<), "buckets of '\(name)' must ascend")
        precondition(!labels.contains("le"), "the label 'le' belongs to the buckets")
        super.init(name, help: help, labels: labels, maximumSeries: maximumSeries) { Series(buckets) }
    }

    /// Takes one value.
    public func observe(_ value: Double, _ values: [String] = []) { with(values).observe(value) }

    override var kind: String { "histogram" }

    override func render(_ series: Series, _ values: [String], to output: inout [UInt8]) {
        var total = 0
        for (count, bound) in zip(series.counts, series.bounds + [.infinity]) {
            total += count
            var text: [UInt8] = []
            MetricName.appendNumber(bound, to: &text)
            let le = ("le", String(decoding: text, as: UTF8.self))
            appendSample("_bucket", values, extra: le, Double(total), to: &output)
        }
        appendSample("_sum", values, series.sum, to: &output)
        appendSample("_count", values, Double(total), to: &output)
    }
}
