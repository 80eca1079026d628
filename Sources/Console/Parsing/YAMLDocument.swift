import JSON
import Yams

/// Files for people as the trees that JSON has; one file may hold several documents.
///
/// Plain words mean what they mean in JSON and nothing else: `no` and `0400` are texts, `true` and `80` are not.
enum YAMLDocument {
    /// The most values of a file, aliases counted out.
    static let largestValues = 100_000

    static func trees(_ text: String, _ name: String) throws -> [JSONNode] {
        var trees: [JSONNode] = []
        var left = largestValues
        do {
            let parser = try Parser(yaml: text)
            while let node = try parser.nextRoot() {
                let tree = try tree(node, name, &left)
                // What stands between two separators may be nothing.
                if !tree.isNull { trees.append(tree) }
            }
        } catch let error as YamlError {
            throw ConsoleFailure(.usage, "\(name) is not YAML: \(error)")
        }
        return trees
    }

    private static func tree(_ node: Node, _ name: String, _ left: inout Int) throws -> JSONNode {
        left -= 1
        guard left >= 0 else {
            throw ConsoleFailure(.usage, "\(name) has more than \(largestValues) values")
        }
        switch node {
        case .scalar(let scalar): return value(scalar)
        case .sequence(let sequence):
            return .array(try sequence.map { try tree($0, name, &left) })
        case .mapping(let mapping):
            return .object(
                try mapping.map { key, value in
                    guard case .scalar(let scalar) = key else {
                        throw ConsoleFailure(.usage, "\(name): a key that is no text")
                    }
                    return JSONMember(key: scalar.string, value: try tree(value, name, &left))
                })
        case .alias:
            throw ConsoleFailure(.usage, "\(name): an alias that leads nowhere")
        }
    }

    private static func value(_ scalar: Node.Scalar) -> JSONNode {
        guard scalar.style == .plain, scalar.tag.description == "" else { return .string(scalar.string) }
        switch scalar.string {
        case "", "~", "null": return .null
        case "true": return .bool(true)
        case "false": return .bool(false)
        default:
            guard let node = try? JSONNode.parse(Array(scalar.string.utf8)), node.numberValue != nil else {
                return .string(scalar.string)
            }
            return node
        }
    }
}
