/// The values of one program's settings, checked against their table.
public struct SettingsValues: Sendable {
    private let table: SettingsTable
    private let values: [String: String]
    private let set: Set<String>

    init(table: SettingsTable, values: [String: String], set: Set<String>) {
        self.table = table
        self.values = values
        self.set = set
    }

    /// Whether the environment says anything of this key.
    public func isSet(_ key: String) -> Bool { set.contains(key) }

    /// The text of a key, nil when neither set nor defaulted; empty counts as not set.
    public func text(_ key: String) -> String? {
        guard let value = values[key], !value.isEmpty else { return nil }
        return value
    }

    /// The number of a key whose default makes it always present.
    public func number(_ key: String) -> Int64 { text(key).flatMap(Int64.init) ?? 0 }

    /// The number of a key that may be absent.
    public func optionalNumber(_ key: String) -> Int64? { text(key).flatMap(Int64.init) }

    /// The flag of a key, false when absent.
    public func flag(_ key: String) -> Bool { text(key).flatMap(Self.flag) ?? false }

    /// The items of a key, blanks around them removed, empty ones dropped.
    public func list(_ key: String) -> [String] {
        guard let text = text(key) else { return [] }
        return text.split(separator: ",").map(Self.trimmed).filter { !$0.isEmpty }
    }

    /// The pairs of a key.
    public func pairs(_ key: String) -> [String: String] { text(key).flatMap(Self.pairs) ?? [:] }

    /// `KEY=value` lines for `--print-config`, secrets hidden, in the table's order.
    public func printed() -> String {
        table.settings.map { setting in
            let value = values[setting.key] ?? ""
            let shown = setting.isSecret && !value.isEmpty ? "<redacted>" : value
            return "\(setting.key)=\(shown)\(set.contains(setting.key) ? "" : "  # default")\n"
        }.joined()
    }

    static func flag(_ raw: String) -> Bool? {
        switch raw.lowercased() {
        case "true", "1", "yes", "on": true
        case "false", "0", "no", "off": false
        default: nil
        }
    }

    static func pairs(_ raw: String) -> [String: String]? {
        var result: [String: String] = [:]
        for item in raw.split(separator: ",") {
            guard let equals = item.firstIndex(of: "=") else { return nil }
            let key = trimmed(item[..<equals])
            guard !key.isEmpty else { return nil }
            result[key] = trimmed(item[item.index(after: equals)...])
        }
        return result
    }

    static func trimmed(_ text: some StringProtocol) -> String {
        let bytes = Array(text.utf8)
        let isBlank = { (byte: UInt8) in byte == 0x20 || byte == 0x09 }
        guard let first = bytes.firstIndex(where: { !isBlank($0) }),
            let last = bytes.lastIndex(where: { !isBlank($0) })
        else { return "" }
        return String(decoding: bytes[first...last], as: UTF8.self)
    }
}
