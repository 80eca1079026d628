public import JSON

/// RFC 7396: absent keeps, null clears, a value replaces, objects merge.
public enum MergePatch {
    /// The target with the patch applied; neither is deeper than the reader's limit, so recursion is bounded.
    public static func apply(_ patch: JSONNode, to target: JSONNode) -> JSONNode {
        guard let changes = patch.objectValue else { return patch }
        var members: [JSONMember] = target.objectValue ?? []
        for change in changes {
            let index = members.firstIndex { $0.key == change.key }
            if change.value.isNull {
                if let index { members.remove(at: index) }
                continue
            }
            let old = index.map { members[$0].value } ?? .null
            let merged = JSONMember(key: change.key, value: apply(change.value, to: old))
            if let index { members[index] = merged } else { members.append(merged) }
        }
        return JSONNode(.object(members))
    }
}
