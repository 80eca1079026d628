internal import JSON
internal import Model

/// Forgiving reads: the engine leaves members out, or writes `null`, where there is nothing to say.
extension JSONNode {
    /// A string member, or "".
    func text(_ key: String) -> String { self[key]?.stringValue ?? "" }

    /// An integer member, or 0.
    func integer(_ key: String) -> Int64 { self[key]?.intValue ?? 0 }

    /// An unsigned member, or 0.
    func unsigned(_ key: String) -> UInt64 { self[key]?.uintValue ?? 0 }

    /// A boolean member, or false.
    func flag(_ key: String) -> Bool { self[key]?.boolValue ?? false }

    /// The strings of an object member, others left out.
    func texts(_ key: String) -> [String: String] {
        var result: [String: String] = [:]
        for member in self[key]?.objectValue ?? [] { result[member.key] = member.value.stringValue }
        return result
    }

    /// The elements of an array member, or none.
    func list(_ key: String) -> [JSONNode] { self[key]?.arrayValue ?? [] }

    /// A time member; the engine's zero time, year 1, is nil.
    func time(_ key: String) -> Timestamp? {
        guard let time = Timestamp(text(key)), time.milliseconds > 0 else { return nil }
        return time
    }
}
