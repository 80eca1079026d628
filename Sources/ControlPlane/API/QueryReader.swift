import Model

/// Reads the query of a request and tells every fault at once.
struct QueryReader {
    private let items: [(name: String, value: String)]
    private var asked: Set<String> = []
    private var faults = FaultList()

    init(_ items: [(name: String, value: String)]) { self.items = items }

    mutating func text(_ name: String) -> String? {
        let values = all(name)
        if values.count > 1 { faults.add(name, "is given \(values.count) times; once is allowed") }
        return values.first
    }

    /// Adds a fault that only the caller can see.
    mutating func fault(_ name: String, _ message: String) { faults.add(name, message) }

    mutating func all(_ name: String) -> [String] {
        asked.insert(name)
        return items.filter { $0.name == name }.map(\.value)
    }

    mutating func integer(_ name: String, in range: ClosedRange<Int64>) -> Int64? {
        guard let text = text(name) else { return nil }
        if let number = Int64(text), range.contains(number) { return number }
        faults.add(name, "a whole number from \(range.lowerBound) to \(range.upperBound) is expected")
        return nil
    }

    /// A moment in RFC 3339.
    mutating func time(_ name: String) -> Timestamp? {
        guard let text = text(name) else { return nil }
        if let time = Timestamp(text) { return time }
        faults.add(name, "a time such as 2026-01-31T12:00:00Z is expected")
        return nil
    }

    mutating func flag(_ name: String) -> Bool {
        switch text(name) {
        case nil, "false": return false
        case "true": return true
        default:
            faults.add(name, "true or false is expected")
            return false
        }
    }

    mutating func choice<Word: RawRepresentable & CaseIterable>(
        _ name: String, of type: Word.Type = Word.self
    ) -> Word? where Word.RawValue == String {
        guard let text = text(name) else { return nil }
        if let word = Word(rawValue: text.lowercased()) { return word }
        faults.add(name, "one of \(Word.allCases.map(\.rawValue).joined(separator: ", ")) is expected")
        return nil
    }

    /// `label=key=value`, repeatable.
    mutating func labels() -> [String: String] {
        var labels: [String: String] = [:]
        for item in all("label") {
            guard let equals = item.firstIndex(of: "="), equals != item.startIndex else {
                faults.add("label", "key=value is expected")
                continue
            }
            labels[item[..<equals].lowercased()] = String(item[item.index(after: equals)...])
        }
        return labels
    }

    /// Refuses a request whose query is faulty, and parameters nobody asked for.
    mutating func finish(notBuilt: Set<String> = []) throws(Refusal) {
        for name in Set(items.map(\.name)).subtracting(asked).sorted() {
            let known =
                asked.isEmpty ? "none is known here" : "known are: \(asked.sorted().joined(separator: ", "))"
            faults.add(
                name,
                notBuilt.contains(name)
                    ? "is not supported by this version yet" : "unknown parameter; \(known)")
        }
        guard faults.isEmpty else {
            throw .badRequest("the query is not valid; see details", details: faults.faults)
        }
    }
}
