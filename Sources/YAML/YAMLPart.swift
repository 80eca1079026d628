internal import JSON

/// A tree with what it takes, so that an alias costs as much as what it stands for.
struct YAMLPart {
    var node: JSONNode = .null
    /// What a scalar is as a key; nil for everything else.
    private(set) var text: String?
    private(set) var values = 1
    private(set) var textBytes = 0
    /// How many sequences and mappings lie in each other here.
    private(set) var depth = 0

    /// A sequence or mapping with nothing in it yet.
    init() { depth = 1 }

    /// A scalar; only a plain one may mean something else than a text.
    init(_ text: String, isPlain: Bool) {
        node = isPlain ? Self.meaning(text) : .string(text)
        self.text = text
        textBytes = text.utf8.count
    }

    /// Takes what a part below takes.
    mutating func hold(_ part: YAMLPart, key: String = "") {
        values += part.values
        textBytes += part.textBytes + key.utf8.count
        depth = max(depth, part.depth + 1)
    }

    private static func meaning(_ text: String) -> JSONNode {
        switch text {
        case "", "~", "null": return .null
        case "true": return .bool(true)
        case "false": return .bool(false)
        default:
            guard let first = text.utf8.first, first == UInt8(ascii: "-") || (0x30...0x39).contains(first),
                let node = try? JSONNode.parse(Array(text.utf8)), node.numberValue != nil
            else { return .string(text) }
            return node
        }
    }
}
