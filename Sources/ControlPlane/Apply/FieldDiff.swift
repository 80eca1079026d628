import JSON
import Model

/// What is different between two trees, field by field.
struct FieldDiff {
    /// The differences in the order of the newer tree, at most `ControlPlaneLimits.appliedChanges`.
    private(set) var changes: [AppliedChange] = []
    /// How many more there are.
    private(set) var leftOut = 0

    init(from old: JSONNode, to new: JSONNode) { compare(old, new, at: "") }

    private mutating func compare(_ old: JSONNode?, _ new: JSONNode?, at path: String) {
        let old = old.flatMap { $0.isNull ? nil : $0 }
        let new = new.flatMap { $0.isNull ? nil : $0 }
        guard old != new else { return }
        if let before = old?.objectValue, let after = new?.objectValue {
            let gone = before.map(\.key).filter { key in !after.contains { $0.key == key } }
            for key in after.map(\.key) + gone {
                compare(old?[key], new?[key], at: path.isEmpty ? key : "\(path).\(key)")
            }
        } else if let before = old?.arrayValue, let after = new?.arrayValue {
            compare(before, after, at: path)
        } else {
            add(AppliedChange(field: path, from: old.map(Self.shortened), to: new.map(Self.shortened)))
        }
    }

    /// Items that have a name of their own are compared by it, others by their place.
    private mutating func compare(_ old: [JSONNode], _ new: [JSONNode], at path: String) {
        let names = [old, new].map { items in items.compactMap(Self.name) }
        guard names[0].count == old.count, names[1].count == new.count else {
            for index in 0..<max(old.count, new.count) {
                compare(
                    index < old.count ? old[index] : nil, index < new.count ? new[index] : nil,
                    at: "\(path)[\(index)]")
            }
            return
        }
        for name in names[1] + names[0].filter({ !names[1].contains($0) }) {
            compare(
                old.first { Self.name($0) == name }, new.first { Self.name($0) == name },
                at: "\(path)[\(name)]")
        }
    }

    private static func name(_ item: JSONNode) -> String? {
        item["key"]?.stringValue ?? item["path"]?.stringValue
    }

    private mutating func add(_ change: AppliedChange) {
        guard changes.count < ControlPlaneLimits.appliedChanges else {
            leftOut += 1
            return
        }
        changes.append(change)
    }

    /// A long text is told by its beginning, a large part by its size.
    private static func shortened(_ node: JSONNode) -> JSONNode {
        let limit = ControlPlaneLimits.appliedValueBytes
        if let text = node.stringValue {
            guard text.utf8.count > limit else { return node }
            return .string("\(text.prefix(limit / 4))… (\(text.utf8.count) bytes)")
        }
        let count = node.encoded().count
        return count > limit ? .string("… (\(count) bytes)") : node
    }
}
