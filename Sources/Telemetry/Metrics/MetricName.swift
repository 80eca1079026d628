/// The grammar of metric and label names, and the escapes of the text format.
enum MetricName {
    /// Letters, digits, underscores and colons, no digit first.
    static func isMetric(_ name: String) -> Bool { isName(name, colons: true) }

    /// As for metrics without colons; names of two leading underscores belong to Prometheus.
    static func isLabel(_ name: String) -> Bool {
        isName(name, colons: false) && !name.utf8.starts(with: [0x5F, 0x5F])
    }

    /// Appends a label's value or a help text.
    static func appendEscaped(_ text: String, quotes: Bool, to output: inout [UInt8]) {
        for byte in text.utf8 {
            switch byte {
            case 0x5C: output += [0x5C, 0x5C]
            case 0x0A: output += [0x5C, 0x6E]
            case 0x22 where quotes: output += [0x5C, 0x22]
            default: output.append(byte)
            }
        }
    }

    /// Appends a number as Go's parser reads it.
    static func appendNumber(_ value: Double, to output: inout [UInt8]) {
        if value.isNaN { return output.append(contentsOf: "NaN".utf8) }
        if value.isInfinite { return output.append(contentsOf: (value < 0 ? "-Inf" : "+Inf").utf8) }
        if let whole = Int64(exactly: value) { return output.append(contentsOf: String(whole).utf8) }
        output.append(contentsOf: value.description.utf8)
    }

    private static func isName(_ name: String, colons: Bool) -> Bool {
        guard let first = name.utf8.first, !(first &- 0x30 < 10) else { return false }
        return name.utf8.allSatisfy {
            ($0 | 0x20) &- 0x61 < 26 || $0 &- 0x30 < 10 || $0 == 0x5F || colons && $0 == 0x3A
        }
    }
}
