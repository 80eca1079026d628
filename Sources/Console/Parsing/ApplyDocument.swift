import JSON
import Model
import YAML

/// The items of one or several files as one document.
struct ApplyDocument {
    private var items: [JSONNode] = []
    /// Where each item comes from.
    private var origins: [(file: String, name: String)] = []

    init(_ files: [(name: String, bytes: [UInt8])]) throws {
        for file in files {
            let found = try Self.items(file.bytes, file.name)
            for (index, item) in found.enumerated() {
                let kind = item["kind"]?.stringValue ?? "item"
                let name = item["name"]?.stringValue ?? item["host"]?.stringValue ?? "\(index)"
                origins.append((file.name, "\(kind)/\(name)"))
            }
            items += found
        }
    }

    /// What is sent.
    var body: [UInt8] { JSONNode.object(["items": .array(items)]).encoded() }

    /// The same failure with the file and the item that each fault is about.
    func naming(_ failure: ConsoleFailure) -> ConsoleFailure {
        let details = failure.details.map { fault in
            guard let index = Self.index(fault.field), origins.indices.contains(index) else { return fault }
            let origin = origins[index]
            let place = origin.file == "-" ? origin.name : "\(origin.file): \(origin.name)"
            return FieldFault(field: "\(fault.field) (\(place))", message: fault.message)
        }
        return ConsoleFailure(
            failure.kind, failure.message, details: details, requestID: failure.requestID,
            hint: failure.hint)
    }

    /// The number in `items[3].name`.
    private static func index(_ field: String) -> Int? {
        guard field.hasPrefix("items[") else { return nil }
        return Int(field.dropFirst(6).prefix { $0 != "]" })
    }

    private static func items(_ bytes: [UInt8], _ name: String) throws -> [JSONNode] {
        let place = name == "-" ? "standard input" : "'\(name)'"
        return try trees(bytes, name, place).flatMap { node in
            if let items = node["items"]?.arrayValue, node["kind"] == nil { return items }
            return node.arrayValue ?? [node]
        }
    }

    /// One tree of a JSON file; as many of a YAML file as it has documents.
    private static func trees(_ bytes: [UInt8], _ name: String, _ place: String) throws -> [JSONNode] {
        guard isJSON(bytes, name) else {
            return try yamlTrees(bytes, place)
        }
        do {
            return [try JSONNode.parse(bytes)]
        } catch {
            throw ConsoleFailure(.usage, "\(place) is not JSON: \(error.located(in: bytes))")
        }
    }

    private static func yamlTrees(_ bytes: [UInt8], _ place: String) throws -> [JSONNode] {
        guard String(validating: bytes, as: UTF8.self) != nil else {
            throw ConsoleFailure(.usage, "\(place) is not UTF-8")
        }
        do {
            // What stands between two separators may be nothing.
            return try YAMLText.documents(bytes).filter { !$0.isNull }
        } catch {
            throw ConsoleFailure(.usage, "\(place) is not YAML: \(error)")
        }
    }

    /// What a file's name says, else how its content begins.
    private static func isJSON(_ bytes: [UInt8], _ name: String) -> Bool {
        if name.hasSuffix(".yaml") || name.hasSuffix(".yml") { return false }
        if name.hasSuffix(".json") { return true }
        let first = bytes.first { $0 > 0x20 }
        return first == UInt8(ascii: "{") || first == UInt8(ascii: "[")
    }
}
