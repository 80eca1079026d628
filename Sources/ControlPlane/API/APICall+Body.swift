import JSON
import Model

extension APICall {
    /// The body as a JSON tree; `patch` also takes the merge patch's own media type.
    func jsonBody(patch: Bool = false) throws(Refusal) -> JSONNode {
        try requireJSON(patch: patch)
        do {
            return try JSONNode.parse(body)
        } catch {
            throw .malformed(error.located(in: body))
        }
    }

    /// Refuses a body that says it is something else; one that says nothing is taken for JSON by agents only.
    func requireJSON(patch: Bool = false) throws(Refusal) {
        let type = header("content-type")?.prefix { $0 != ";" }.lowercased() ?? ""
        let name = String(decoding: HTTPToken.trimmed(Array(type.utf8)), as: UTF8.self)
        if name == "application/json" || patch && name == "application/merge-patch+json" { return }
        let wanted = patch ? "application/json or application/merge-patch+json" : "application/json"
        throw Refusal(.unsupportedMediaType, "unsupported_media_type", "the body must be sent as \(wanted)")
    }
}

extension Refusal {
    /// A body that is no JSON is 400, one that is but says something wrong is 422.
    static func malformed(_ error: JSONError) -> Refusal {
        switch error.code {
        case .typeMismatch, .missingKey, .invalidValue:
            Refusal(
                .unprocessableContent, "invalid", "the body is not valid: \(error)",
                details: [FieldFault(field: error.path, message: error.message)])
        case .syntax, .unexpectedEnd, .depth, .size, .duplicateKey, .invalidUTF8, .invalidEscape,
            .numberRange,
            .trailingBytes:
            .badRequest("the body is not JSON: \(error)")
        }
    }
}
