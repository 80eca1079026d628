import JSON
import Model

/// What became of applied declarations, a line each and the fields below.
enum ApplyText {
    static func result(_ result: ApplyResult) -> String {
        let suffix = result.dryRun ? " (dry run)" : ""
        let items = result.items.map { item($0, suffix) }.joined()
        return items + "\(result.created) created, \(result.changed) changed, \(result.unchanged) unchanged, "
            + "\(result.pruned) pruned\(suffix)\n"
    }

    private static func item(_ item: AppliedItem, _ suffix: String) -> String {
        var text = "\(item.kind.rawValue)/\(item.name) \(item.action.rawValue)\(suffix)\n"
        for change in item.changes { text += "  \(change.field): \(values(change))\n" }
        if let more = item.changesLeftOut { text += "  … and \(more) more\n" }
        if let waiting = item.unplacedReplicas, waiting > 0 {
            let reason = item.unplacedReasons?.first.map { ": \($0)" } ?? ""
            text += "  ! \(Words.replicas(waiting)) without a node\(reason)\n"
        }
        return text
    }

    private static func values(_ change: AppliedChange) -> String {
        switch (change.from, change.to) {
        case (nil, nil): "changed"
        case (let from?, nil): "\(word(from)) -> (none)"
        case (nil, let to?): "(none) -> \(word(to))"
        case (let from?, let to?): "\(word(from)) -> \(word(to))"
        }
    }

    private static func word(_ node: JSONNode) -> String { String(decoding: node.encoded(), as: UTF8.self) }
}
