/// Measured times, and what of them stands in a table.
struct Distribution {
    private var nanoseconds: [UInt64] = []

    mutating func add(_ value: UInt64) { nanoseconds.append(value) }

    /// Cells of a Markdown row, in milliseconds: count, median, 90th and 99th percentile, worst.
    var cells: String {
        let ordered = nanoseconds.sorted()
        guard let worst = ordered.last else { return "0 | – | – | – | –" }
        let parts = [50, 90, 99].map { Self.milliseconds(ordered[(ordered.count - 1) * $0 / 100]) }
        return "\(ordered.count) | \(parts[0]) | \(parts[1]) | \(parts[2]) | \(Self.milliseconds(worst))"
    }

    private static func milliseconds(_ nanoseconds: UInt64) -> String {
        let hundredths = (nanoseconds + 5_000) / 10_000
        let rest = hundredths % 100
        return "\(hundredths / 100).\(rest < 10 ? "0" : "")\(rest)"
    }
}
