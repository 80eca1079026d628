extension SettingsTable {
    /// The reference page's section for one program, in Markdown.
    public func reference(title: String) -> String {
        var text = "## \(title)\n\n| Key | Default | Values | Meaning |\n|---|---|---|---|\n"
        var later: [String: [String]] = [:]
        for setting in settings {
            if case .notBuilt(let part) = setting.support {
                later[part, default: []].append(setting.key)
                continue
            }
            let value = setting.defaultValue.map { $0.isEmpty ? "" : "`\($0)`" } ?? ""
            let secret = setting.isSecret ? " Secret: never printed." : ""
            text += "| `\(setting.key)` | \(value) | \(setting.values) | \(setting.help)\(secret) |\n"
        }
        guard !later.isEmpty else { return text }
        text +=
            "\nKnown, but refused at start until their part is built (an empty or neutral value is accepted):\n\n"
        for (part, keys) in later.sorted(by: { $0.key < $1.key }) {
            text += "- \(part): \(keys.map { "`\($0)`" }.joined(separator: ", "))\n"
        }
        return text
    }
}

extension Setting {
    /// What may be written, for the reference page.
    fileprivate var values: String {
        switch kind {
        case .text: return "text"
        case .flag: return "`true`, `false`"
        case .list: return "items separated by commas"
        case .pairs: return "`key=value` separated by commas"
        case .choice(let words): return words.map { "`\($0)`" }.joined(separator: ", ")
        case .number(let range):
            let most = range.upperBound == Int64.max ? "…" : "\(range.upperBound)"
            return "\(range.lowerBound)–\(most)\(unit.isEmpty ? "" : " \(unit)")"
        }
    }
}
