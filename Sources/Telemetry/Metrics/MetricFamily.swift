/// What the kinds of metrics have in common: a name, labels, and a bounded set of series.
///
/// Not safe for several threads: a registry and its metrics belong to one actor.
public class MetricFamily<Series: AnyObject>: MetricRendering {
    /// The metric's name.
    public let name: String
    let help: String
    let labels: [String]
    private let maximumSeries: Int
    private let make: () -> Series
    private let spare: Series
    private(set) var series: [[String]: Series] = [:]
    /// Series that were not made because the metric had its most.
    public private(set) var droppedSeries = 0

    init(_ name: String, help: String, labels: [String], maximumSeries: Int, make: @escaping () -> Series) {
        precondition(MetricName.isMetric(name), "'\(name)' is no metric name")
        precondition(labels.allSatisfy(MetricName.isLabel), "a label of '\(name)' is no label name")
        self.name = name
        self.help = help
        self.labels = labels
        self.maximumSeries = maximumSeries
        self.make = make
        spare = make()
        if labels.isEmpty { series[[]] = spare }
    }

    /// The series with these label values, made when it is new; keep it where it is needed often.
    ///
    /// Beyond the metric's bound the values go to a series that is not rendered.
    public func with(_ values: [String]) -> Series {
        precondition(values.count == labels.count, "'\(name)' has \(labels.count) labels")
        if let known = series[values] { return known }
        guard series.count < maximumSeries else {
            droppedSeries += 1
            return spare
        }
        let new = make()
        series[values] = new
        return new
    }

    /// Takes a series away, when what it measured is gone.
    public func remove(_ values: [String]) {
        guard !labels.isEmpty else { return }
        series[values] = nil
    }

    /// Takes away every series whose values the closure picks.
    public func removeAll(where picks: ([String]) -> Bool) {
        guard !labels.isEmpty else { return }
        for values in series.keys where picks(values) { series[values] = nil }
    }

    /// The number of series that are rendered.
    public var seriesCount: Int { series.count }

    var kind: String { "untyped" }

    func render(_ series: Series, _ values: [String], to output: inout [UInt8]) {}

    func render(to output: inout [UInt8]) {
        guard !series.isEmpty else { return }
        output += Array("# HELP \(name) ".utf8)
        MetricName.appendEscaped(help, quotes: false, to: &output)
        output += Array("\n# TYPE \(name) \(kind)\n".utf8)
        for (values, one) in series.sorted(by: { $0.key.lexicographicallyPrecedes($1.key) }) {
            render(one, values, to: &output)
        }
    }

    func appendSample(
        _ suffix: String, _ values: [String], extra: (String, String)? = nil, _ value: Double,
        to output: inout [UInt8]
    ) {
        output += Array(name.utf8)
        output += Array(suffix.utf8)
        var pairs = Array(zip(labels, values))
        if let extra { pairs.append(extra) }
        for (index, pair) in pairs.enumerated() {
            output.append(index == 0 ? 0x7B : 0x2C)
            output += Array(pair.0.utf8)
            output += [0x3D, 0x22]
            MetricName.appendEscaped(pair.1, quotes: true, to: &output)
            output.append(0x22)
        }
        if !pairs.isEmpty { output.append(0x7D) }
        output.append(0x20)
        MetricName.appendNumber(value, to: &output)
        output.append(0x0A)
    }
}

/// What a registry asks of a metric.
protocol MetricRendering: AnyObject {
    var name: String { get }
    var droppedSeries: Int { get }
    func render(to output: inout [UInt8])
}
