public import Logging

/// Which targets log from which level on, as `FLEDX_LOG` and `RUST_LOG` say it.
///
/// `debug,hyper=info,fledx::agent=trace`: a level alone is the default, `target=level` one for a target and
/// everything below it, a target alone means everything of it. The longest matching target wins. Unknown targets
/// are accepted; a part that is no rule at all is left out and listed in `ignored`.
public struct LogFilter: Sendable, Equatable {
    /// From which level on; `off` is above every level.
    public enum Threshold: Sendable, Equatable {
        /// Nothing.
        case off
        /// This level and everything above it.
        case from(Logger.Level)
    }

    private struct Rule: Sendable, Equatable {
        let target: [UInt8]
        let threshold: Threshold
    }

    private var rules: [Rule] = []
    private var fallback: Threshold
    /// The parts that were no rule, as they were written.
    public private(set) var ignored: [String] = []

    /// The targets that were named without a level.
    private(set) var lone: [String] = []

    /// Everything from that level on.
    public init(default level: Logger.Level) { fallback = .from(level) }

    /// Parses a filter; targets without a rule log from `level` on.
    public init(parsing text: String, default level: Logger.Level = .info) {
        fallback = .from(level)
        var hasLevel = false
        for part in Self.parts(text) {
            let mark = part.lastIndex(of: 0x3D) ?? part.endIndex
            let name = Array(Self.trimmed(part[..<mark]))
            let value = Self.trimmed(part[mark...].dropFirst())
            if mark == part.endIndex, let threshold = Self.threshold(name) {
                fallback = threshold
                hasLevel = true
            } else if rules.count < TelemetryLimits.filterRules, Self.isTarget(name),
                let threshold = mark == part.endIndex || value.isEmpty ? .from(.trace) : Self.threshold(value)
            {
                rules.append(Rule(target: Self.withoutSpan(name), threshold: threshold))
                if mark == part.endIndex { lone.append(String(decoding: name, as: UTF8.self)) }
            } else {
                ignored.append(String(decoding: part, as: UTF8.self))
            }
        }
        // As with RUST_LOG: rules for some targets alone leave the others at `level`.
        if !hasLevel { fallback = .from(level) }
    }

    /// From which level on a target logs.
    public func threshold(for target: String) -> Threshold {
        let bytes = Array(target.utf8)
        var best: Rule?
        for rule in rules where Self.isAtOrBelow(bytes, rule.target) {
            if rule.target.count >= best?.target.count ?? 0 { best = rule }
        }
        return best?.threshold ?? fallback
    }

    /// Whether a line of that level is wanted.
    public func allows(_ level: Logger.Level, _ target: String) -> Bool {
        guard case .from(let lowest) = threshold(for: target) else { return false }
        return level >= lowest
    }

    /// Splits at commas outside of brackets and braces, which hold a span's fields.
    private static func parts(_ text: String) -> [[UInt8]] {
        var parts: [[UInt8]] = [[]]
        var depth = 0
        for byte in text.utf8 {
            if byte == 0x5B || byte == 0x7B { depth += 1 }
            if byte == 0x5D || byte == 0x7D { depth = max(0, depth - 1) }
            if byte == 0x2C, depth == 0 { parts.append([]) } else { parts[parts.count - 1].append(byte) }
        }
        return parts.map { Array(trimmed($0)) }.filter { !$0.isEmpty }
    }

    /// `target[span{field=value}]` is taken as `target`: lines here have no spans.
    private static func withoutSpan(_ name: [UInt8]) -> [UInt8] { Array(name.prefix { $0 != 0x5B }) }

    private static func isTarget(_ name: [UInt8]) -> Bool {
        !name.isEmpty && name.allSatisfy { $0 > 0x20 && $0 != 0x7F }
    }

    private static func threshold(_ word: some Collection<UInt8>) -> Threshold? {
        switch String(decoding: word.map { $0 &- 0x41 < 26 ? $0 | 0x20 : $0 }, as: UTF8.self) {
        case "off": .off
        case "error", "critical": .from(.error)
        case "warn", "warning": .from(.warning)
        case "notice": .from(.notice)
        case "info": .from(.info)
        case "debug": .from(.debug)
        case "trace": .from(.trace)
        default: nil
        }
    }

    /// `fledx::agent`, `fledx.agent` and `fledx-agent` are below `fledx`; `fledxy` is not.
    private static func isAtOrBelow(_ target: [UInt8], _ rule: [UInt8]) -> Bool {
        guard target.starts(with: rule) else { return false }
        guard target.count > rule.count else { return true }
        let next = target[rule.count]
        return !((next | 0x20) &- 0x61 < 26 || next &- 0x30 < 10 || next == 0x5F)
    }

    private static func trimmed<Bytes: BidirectionalCollection<UInt8>>(_ bytes: Bytes) -> Bytes.SubSequence {
        var rest = bytes[...]
        while let first = rest.first, first <= 32 { rest = rest.dropFirst() }
        while let last = rest.last, last <= 32 { rest = rest.dropLast() }
        return rest
    }
}
