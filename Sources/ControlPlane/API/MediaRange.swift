import Model

/// Reads `Accept` (RFC 9110 §12.5.1).
enum MediaRange {
    /// Whether a client takes a type; the most exact range that names it decides.
    static func accepts(_ headers: HTTPHeaders, _ type: String) -> Bool {
        guard headers.contains("accept") else { return true }
        let name = essence(type)
        let family = name.prefix { $0 != "/" }
        var best = (exactness: 0, isWanted: false)
        for member in headers.members("accept") {
            let range = essence(member)
            let exactness = range == name ? 3 : range == "\(family)/*" ? 2 : range == "*/*" ? 1 : 0
            if exactness > best.exactness { best = (exactness, !hasZeroWeight(member)) }
        }
        return best.isWanted
    }

    /// The type without its parameters.
    private static func essence(_ text: String) -> String {
        let bytes = text.utf8.prefix { $0 != UInt8(ascii: ";") }
        return String(decoding: HTTPToken.trimmed(bytes).map(HTTPToken.lowercased), as: UTF8.self)
    }

    private static func hasZeroWeight(_ member: String) -> Bool {
        let parts: [Substring.UTF8View] = member.utf8.split(separator: UInt8(ascii: ";"))
        return parts.dropFirst().contains { parameter in
            let text = HTTPToken.trimmed(parameter)
            guard text.starts(with: "q=".utf8), text.count > 2 else { return false }
            return text.dropFirst(2).allSatisfy { $0 == UInt8(ascii: "0") || $0 == UInt8(ascii: ".") }
        }
    }
}
