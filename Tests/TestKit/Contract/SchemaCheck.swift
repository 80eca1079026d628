import Foundation
public import JSON

/// Compares values with JSON Schemas: the subset that the API document uses, and a fault for anything else.
public struct SchemaCheck {
    /// The whole document, where references lead.
    private let document: JSONNode

    /// Takes the document.
    public init(document: JSONNode) { self.document = document }

    /// Every difference between a value and its schema, each with its place.
    ///
    /// - Parameters:
    ///   - value: What was seen.
    ///   - schema: What it should be.
    ///   - path: The place of the value.
    /// - Returns: What is wrong, in words; nothing where all is well.
    public func faults(_ value: JSONNode, _ schema: JSONNode, at path: String = "$") -> [String] {
        if let reference = schema["$ref"]?.stringValue {
            guard let target = resolve(reference) else { return ["\(path): \(reference) leads nowhere"] }
            return self.faults(value, target, at: path)
        }
        if let choices = schema["oneOf"]?.arrayValue {
            let attempts = choices.map { self.faults(value, $0, at: path) }
            let fitting = attempts.count { $0.isEmpty }
            return fitting == 1 ? [] : ["\(path): \(fitting) of oneOf fit"] + attempts.flatMap { $0 }
        }
        var faults: [String] = []
        for keyword in schema.objectValue ?? [] where !Self.known.contains(keyword.key) {
            faults.append("\(path): the schema uses '\(keyword.key)', which this check does not know")
        }
        if let words = schema["enum"]?.arrayValue, !words.contains(value) {
            faults.append("\(path): \(text(value)) is none of the words")
        }
        switch schema["type"]?.stringValue {
        case "object": faults += object(value, schema, path)
        case "array": faults += array(value, schema, path)
        case "string": faults += string(value, schema, path)
        case "integer": faults += integer(value, schema, path)
        case "number": if value.numberValue == nil { faults.append("\(path): a number is expected") }
        case "boolean": if value.boolValue == nil { faults.append("\(path): a flag is expected") }
        case "null": if !value.isNull { faults.append("\(path): null is expected") }
        default: faults.append("\(path): the schema has no type")
        }
        return faults
    }

    private static let time = Array("0000-00-00T00:00:00.000Z".utf8)

    private static let known: Set<String> = [
        "type", "properties", "required", "additionalProperties", "items", "enum", "format", "pattern",
        "minLength",
        "maxLength", "minimum", "maximum", "maxItems", "examples", "description",
    ]

    private func resolve(_ reference: String) -> JSONNode? {
        var node: JSONNode? = document
        for part in reference.dropFirst(2).split(separator: "/") { node = node?[String(part)] }
        return node
    }

    private func object(_ value: JSONNode, _ schema: JSONNode, _ path: String) -> [String] {
        guard let members = value.objectValue else { return ["\(path): an object is expected"] }
        var faults: [String] = []
        for name in schema["required"]?.arrayValue ?? [] where value[name.stringValue ?? ""] == nil {
            faults.append("\(path): '\(name.stringValue ?? "")' is missing")
        }
        for member in members {
            let place = "\(path).\(member.key)"
            if let known = schema["properties"]?[member.key] {
                faults += self.faults(member.value, known, at: place)
            } else if let rest = schema["additionalProperties"], rest.objectValue != nil {
                faults += self.faults(member.value, rest, at: place)
            } else if schema["additionalProperties"]?.boolValue != true {
                faults.append("\(place): is not in the schema")
            }
        }
        return faults
    }

    private func array(_ value: JSONNode, _ schema: JSONNode, _ path: String) -> [String] {
        guard let items = value.arrayValue else { return ["\(path): an array is expected"] }
        guard let schema = schema["items"] else { return ["\(path): the schema has no items"] }
        return items.enumerated().flatMap { faults($0.element, schema, at: "\(path)[\($0.offset)]") }
    }

    private func string(_ value: JSONNode, _ schema: JSONNode, _ path: String) -> [String] {
        guard let text = value.stringValue else { return ["\(path): a string is expected"] }
        var faults: [String] = []
        if let least = schema["minLength"]?.intValue, text.count < least {
            faults.append("\(path): too short")
        }
        if let most = schema["maxLength"]?.intValue, text.count > most { faults.append("\(path): too long") }
        if let pattern = schema["pattern"]?.stringValue,
            text.range(of: pattern, options: .regularExpression) == nil
        {
            faults.append("\(path): '\(text)' does not match \(pattern)")
        }
        switch schema["format"]?.stringValue {
        case "uuid": if UUID(uuidString: text) == nil { faults.append("\(path): '\(text)' is no UUID") }
        case "date-time":
            let shape = text.utf8.map { (48...57).contains($0) ? UInt8(ascii: "0") : $0 }
            if shape != Self.time { faults.append("\(path): '\(text)' is no time with milliseconds") }
        case nil, "ip": break
        case let format?: faults.append("\(path): this check does not know the format \(format)")
        }
        return faults
    }

    private func integer(_ value: JSONNode, _ schema: JSONNode, _ path: String) -> [String] {
        guard let number = value.intValue else { return ["\(path): a whole number is expected"] }
        let least = schema["minimum"]?.intValue ?? .min
        let most = schema["maximum"]?.intValue ?? .max
        return number < least || number > most ? ["\(path): \(number) is out of bounds"] : []
    }

    private func text(_ value: JSONNode) -> String { String(decoding: value.encoded(), as: UTF8.self) }
}
