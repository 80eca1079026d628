import JSON
import Model

/// Makes the short text of a request that the audit log keeps: what was asked for, without anything secret.
///
/// Environment values, secret values, file contents, passwords, tokens and command lines are left out whatever the
/// settings say; the settings add words and markers of their own.
struct AuditRedaction: Sendable {
    private static let mask = JSONNode.string("<redacted>")
    /// Values under these keys are never shown.
    private static let secretKeys: Set<String> = [
        "secret_value", "value", "content", "content_base64", "password", "token", "key", "private_key",
    ]
    /// Of these maps only the keys are shown, of these lists only how many there are.
    private static let maps: Set<String> = ["env"]
    private static let lists: Set<String> = ["command", "entrypoint", "args"]
    /// A cell deeper than this is left out.
    private static let depth = 7

    private let isEnabled: Bool
    private let words: [String]
    private let markers: [String]

    init(isEnabled: Bool, keys: [String], markers: [String]) {
        self.isEnabled = isEnabled
        words = keys.map { $0.lowercased() }
        self.markers = markers
    }

    /// The summary of a JSON body; nil when there is none or it is none.
    func summary(of body: [UInt8]) -> String? { summary(path: [], query: [], body) }

    /// The summary of a request: its body alone, or a member for each of what its path, its query and its body say.
    ///
    /// What the path says are ids and names, which are shown as they are.
    func summary(path: [JSONMember], query: [JSONMember], _ body: [UInt8]) -> String? {
        let body = body.isEmpty ? nil : try? JSONNode.parse(body)
        guard !path.isEmpty || !query.isEmpty else { return body.map { cut(redacted($0, depth: 1)) } }
        var members: [JSONMember] = []
        if !path.isEmpty { members.append(JSONMember(key: "path", value: .object(path))) }
        for (key, node) in [("query", query.isEmpty ? nil : JSONNode.object(query)), ("body", body)] {
            if let node { members.append(JSONMember(key: key, value: redacted(node, depth: 1))) }
        }
        return cut(.object(members))
    }

    private func cut(_ node: JSONNode) -> String {
        let text = String(decoding: node.encoded(), as: UTF8.self)
        guard text.utf8.count > ControlPlaneLimits.auditPayloadCharacters else { return text }
        return text.prefix(ControlPlaneLimits.auditPayloadCharacters) + "… (cut)"
    }

    private func redacted(_ node: JSONNode, depth: Int) -> JSONNode {
        guard depth < Self.depth else { return Self.mask }
        if let members = node.objectValue {
            return .object(
                members.map { JSONMember(key: $0.key, value: redacted($0.value, under: $0.key, depth + 1)) })
        }
        if let items = node.arrayValue { return .array(items.map { redacted($0, depth: depth + 1) }) }
        if let text = node.stringValue { return .string(scrubbed(text)) }
        return node
    }

    private func redacted(_ node: JSONNode, under key: String, _ depth: Int) -> JSONNode {
        let key = key.lowercased()
        if node.isNull { return node }
        if Self.maps.contains(key), let members = node.objectValue {
            return .object(
                members.map { JSONMember(key: $0.key, value: $0.value.isNull ? .null : Self.mask) })
        }
        if Self.lists.contains(key) {
            return node.arrayValue.map { .string("<\($0.count) items>") } ?? Self.mask
        }
        if Self.secretKeys.contains(key) || isEnabled && words.contains(where: { Self.holds(key, $0) }) {
            return Self.mask
        }
        return redacted(node, depth: depth)
    }

    /// Text that carries a marker of a key, or says `Bearer`, is left out as a whole.
    private func scrubbed(_ text: String) -> String {
        guard isEnabled else { return text }
        let isMarked = markers.contains { Self.holds(text, $0) } || Self.holds(text.lowercased(), "bearer ")
        return isMarked ? "<redacted>" : text
    }

    /// Whether a text holds another; both are short.
    private static func holds(_ text: String, _ part: String) -> Bool {
        let bytes = Array(text.utf8)
        let wanted = Array(part.utf8)
        guard !wanted.isEmpty, bytes.count >= wanted.count else { return false }
        return (0...(bytes.count - wanted.count)).contains { bytes[$0...].starts(with: wanted) }
    }
}
