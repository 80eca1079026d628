import Model

/// Why replicas are not ready, below their table: once for all replicas that share a reason.
enum Reasons {
    /// One entry a reason; `naming` says which deployment's replicas they are.
    static func text(_ instances: [InstanceView], naming: Bool = false, width: Int?) -> String {
        var order: [[String]] = []
        var replicas: [[String]: [Int]] = [:]
        for instance in instances {
            guard let reason = instance.reason, !reason.isEmpty else { continue }
            let key = [naming ? "\(instance.deployment), " : "", reason]
            if replicas[key] == nil { order.append(key) }
            replicas[key, default: []].append(instance.replicaNumber)
        }
        return order.map { key in
            entry("\(key[0])\(names(replicas[key] ?? [])): \(key[1])", width: width)
        }.joined()
    }

    /// `replica 1` or `replicas 0-2, 5`.
    static func names(_ numbers: [Int]) -> String {
        var runs: [ClosedRange<Int>] = []
        for number in Set(numbers).sorted() {
            if let last = runs.last, last.upperBound + 1 == number {
                runs[runs.count - 1] = last.lowerBound...number
            } else {
                runs.append(number...number)
            }
        }
        let words = runs.map { $0.count == 1 ? "\($0.lowerBound)" : "\($0.lowerBound)-\($0.upperBound)" }
        let isOne = runs.count == 1 && runs[0].count == 1
        return (isOne ? "replica " : "replicas ") + words.joined(separator: ", ")
    }

    private static func entry(_ text: String, width: Int?) -> String {
        let lines = width.map { Words.wrapped(text, width: $0 - 4) } ?? [text]
        return lines.enumerated().map { ($0 == 0 ? "  " : "    ") + $1 + "\n" }.joined()
    }
}
