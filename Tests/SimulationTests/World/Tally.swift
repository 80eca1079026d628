/// How often each fault and each decision occurred.
struct Tally: Sendable {
    private(set) var faults: [Fault: Int] = [:]
    private(set) var steps: [Step: Int] = [:]

    mutating func count(_ fault: Fault) { faults[fault, default: 0] += 1 }
    mutating func count(_ step: Step) { steps[step, default: 0] += 1 }

    mutating func add(_ other: Tally) {
        faults.merge(other.faults, uniquingKeysWith: +)
        steps.merge(other.steps, uniquingKeysWith: +)
    }

    /// What should have occurred and never did.
    var missing: [String] {
        Fault.allCases.filter { faults[$0] == nil }.map(\.rawValue)
            + Step.allCases.filter {
                steps[$0] == nil && !Step.forbidden.contains($0) && !Step.elsewhere.contains($0)
            }.map(\.rawValue)
    }

    /// One line for each, in columns.
    var table: String {
        let rows =
            Fault.allCases.map { ("fault", $0.rawValue, faults[$0] ?? 0) }
            + Step.allCases.map { ("step", $0.rawValue, steps[$0] ?? 0) }
        return rows.map { kind, name, count in
            let gap = String(repeating: " ", count: max(1, 34 - name.utf8.count))
            let kindGap = String(repeating: " ", count: 7 - kind.utf8.count)
            return "  \(kind)\(kindGap)\(name)\(gap)\(count)"
        }.joined(separator: "\n")
    }
}
