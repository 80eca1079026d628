import Foundation
public import JSON

/// Holds answers against the API document: status, media type and body.
public struct ContractCheck {
    /// A path of the document and what is done there.
    private struct Place {
        let template: [Substring]
        let operations: JSONNode
    }

    private let check: SchemaCheck
    private let places: [Place]
    /// Refusals that the server makes before any route is asked, or for all of them.
    private static let ofTheServer: Set<Int> = [
        400, 404, 405, 408, 413, 414, 431, 500, 501, 503, 505,
    ]

    /// Takes the document.
    public init(document: JSONNode) {
        check = SchemaCheck(document: document)
        places = (document["paths"]?.objectValue ?? []).map { path in
            Place(
                template: path.key.split(separator: "/", omittingEmptySubsequences: false),
                operations: path.value)
        }
    }

    /// Everything in an answer that the document does not say.
    ///
    /// - Parameters:
    ///   - method: The request's method.
    ///   - target: The request's target, with its query.
    ///   - answer: What came back.
    /// - Returns: What is wrong, in words; nothing where all is well.
    public func faults(_ method: String, _ target: String, _ answer: SeenAnswer) -> [String] {
        faults(of: answer, method, target).map {
            "\(method) \(target) \(answer.status) breaks the contract: \($0)"
        }
    }

    private func faults(of answer: SeenAnswer, _ method: String, _ target: String) -> [String] {
        if answer.requestID == nil { return ["it has no x-request-id"] }
        if target.hasPrefix("/relay/"), !isRefusal(answer) { return [] }
        let operation = operations(target)?[method == "HEAD" ? "get" : method.lowercased()]
        guard let documented = operation?["responses"]?["\(answer.status)"] else {
            guard Self.ofTheServer.contains(answer.status) else { return ["this status is not documented"] }
            return body(answer, .object(["application/json": Self.errorContent]))
        }
        return body(answer, documented["content"] ?? .object([]))
    }

    /// Whether an answer of the relay is the control plane's; everything else is the other side's word.
    private func isRefusal(_ answer: SeenAnswer) -> Bool {
        guard answer.status >= 400, let body = answer.body, let value = try? JSONNode.parse(body) else {
            return false
        }
        return value["request_id"]?.stringValue == answer.requestID
    }

    private func body(_ answer: SeenAnswer, _ content: JSONNode) -> [String] {
        if answer.body?.isEmpty == true { return [] }
        // An answer of which only the head was seen may have no body, and so no type.
        if answer.body == nil, answer.type == nil { return [] }
        guard let type = answer.type, let media = content[type] else {
            return ["the type \(answer.type ?? "-") is not documented"]
        }
        guard let body = answer.body, type == "application/json", !answer.isPacked,
            let schema = media["schema"]
        else { return [] }
        guard let value = try? JSONNode.parse(body) else { return ["the body is not JSON"] }
        return check.faults(value, schema)
    }

    /// What is done at the path of a target: a literal segment wins over a parameter, and that over the rest.
    private func operations(_ target: String) -> JSONNode? {
        let path = target.prefix { $0 != "?" }.split(separator: "/", omittingEmptySubsequences: false)
            .map { $0.removingPercentEncoding ?? String($0) }
        let fitting = places.compactMap { place in
            Self.rank(place.template, path).map { (rank: $0, operations: place.operations) }
        }
        return fitting.min { $0.rank.lexicographicallyPrecedes($1.rank) }?.operations
    }

    /// How a path fits a template, segment by segment; nil where it does not.
    private static func rank(_ template: [Substring], _ path: [String]) -> [Int]? {
        var rank: [Int] = []
        for (index, word) in template.enumerated() {
            guard index < path.count else { return nil }
            // The document has a parameter of this name only for the rest of a path.
            if word == "{path}" { return rank + [2] }
            let isParameter = word.hasPrefix("{")
            guard isParameter ? !path[index].isEmpty : path[index] == word else { return nil }
            rank.append(isParameter ? 1 : 0)
        }
        return path.count == template.count ? rank : nil
    }

    private static let errorContent: JSONNode = .object([
        "schema": .object(["$ref": "#/components/schemas/Error"])
    ])
}
