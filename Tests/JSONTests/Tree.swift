import JSON

/// A value of any JSON kind that both our coder and Foundation's can code.
indirect enum Tree: Codable, Equatable {
    case null
    case bool(Bool)
    case integer(Int64)
    case double(Double)
    case string(String)
    case array([Tree])
    case object([String: Tree])

    init(from decoder: any Decoder) throws {
        if let keyed = try? decoder.container(keyedBy: Key.self) {
            var members: [String: Tree] = [:]
            for key in keyed.allKeys { members[key.stringValue] = try keyed.decode(Tree.self, forKey: key) }
            self = .object(members)
        } else if var unkeyed = try? decoder.unkeyedContainer() {
            var elements: [Tree] = []
            while !unkeyed.isAtEnd { elements.append(try unkeyed.decode(Tree.self)) }
            self = .array(elements)
        } else {
            self = try Self.scalar(try decoder.singleValueContainer())
        }
    }

    private static func scalar(_ single: any SingleValueDecodingContainer) throws -> Tree {
        if single.decodeNil() { return .null }
        if let bool = try? single.decode(Bool.self) { return .bool(bool) }
        if let integer = try? single.decode(Int64.self) { return .integer(integer) }
        if let double = try? single.decode(Double.self) { return .double(double) }
        return .string(try single.decode(String.self))
    }

    func encode(to encoder: any Encoder) throws {
        switch self {
        case .array(let elements):
            var unkeyed = encoder.unkeyedContainer()
            for element in elements { try unkeyed.encode(element) }
        case .object(let members):
            var keyed = encoder.container(keyedBy: Key.self)
            for (name, value) in members { try keyed.encode(value, forKey: Key(stringValue: name)) }
        default:
            var single = encoder.singleValueContainer()
            switch self {
            case .bool(let bool): try single.encode(bool)
            case .integer(let integer): try single.encode(integer)
            case .double(let double): try single.encode(double)
            case .string(let string): try single.encode(string)
            default: try single.encodeNil()
            }
        }
    }

    private struct Key: CodingKey {
        let stringValue: String
        var intValue: Int? { nil }
        init(stringValue: String) { self.stringValue = stringValue }
        init?(intValue: Int) { nil }
    }
}

extension Tree {
    /// A random tree; doubles always have a fraction, so that they are not read back as integers.
    static func random(_ generator: inout SeededGenerator, depth: Int = 0) -> Tree {
        switch Int.random(in: 0..<(depth < 5 ? 8 : 6), using: &generator) {
        case 0: return .null
        case 1: return .bool(Bool.random(using: &generator))
        case 2:
            return .integer(
                Int64(bitPattern: generator.next()) >> Int64.random(in: 0..<64, using: &generator))
        case 3: return .double(Double(Int32.random(in: -9999...9999, using: &generator)) + 0.3)
        case 4, 5: return .string(text(&generator))
        case 6:
            let count = Int.random(in: 0..<5, using: &generator)
            return .array((0..<count).map { _ in random(&generator, depth: depth + 1) })
        default:
            let count = Int.random(in: 0..<5, using: &generator)
            let members = (0..<count).map {
                (text(&generator) + "\($0)", random(&generator, depth: depth + 1))
            }
            return .object(Dictionary(members, uniquingKeysWith: { first, _ in first }))
        }
    }

    private static func text(_ generator: inout SeededGenerator) -> String {
        let alphabet: [Unicode.Scalar] = [
            "a", "Z", "0", " ", "\"", "\\", "/", "\n", "\t", "\u{1}", "\u{7F}", "é", "ß", "\u{2028}", "漢",
            "😀",
        ]
        var scalars = String.UnicodeScalarView()
        for _ in 0..<Int.random(in: 0..<20, using: &generator) {
            scalars.append(alphabet.randomElement(using: &generator) ?? "a")
        }
        return String(scalars)
    }

    /// The same value as a tree of nodes.
    var node: JSONNode {
        switch self {
        case .null: .null
        case .bool(let bool): .bool(bool)
        case .integer(let integer): .integer(integer)
        case .double(let double): .double(double)
        case .string(let string): .string(string)
        case .array(let elements): .array(elements.map(\.node))
        case .object(let members): .object(members.map { JSONMember(key: $0.key, value: $0.value.node) })
        }
    }
}
