import Model

/// The address of a control plane, checked before anything is asked there.
enum ControlPlaneURL {
    /// The address without the slashes at its end; `source` names the flag or variable it was written in.
    static func checked(_ text: String, from source: String) throws(ConsoleFailure) -> String {
        var url = text
        while url.hasSuffix("/") { url.removeLast() }
        guard text.hasPrefix("http://") || text.hasPrefix("https://") else {
            let isBare = !text.isEmpty && !text.contains("://")
            throw fault(
                text, source, "is no http or https URL", isBare ? "http://\(url) or https://\(url)" : nil)
        }
        let rest = url.drop { $0 != "/" }.drop { $0 == "/" }
        let authority = rest.prefix { $0 != "/" && $0 != "?" && $0 != "#" }
        if let word = authorityFault(authority) { throw fault(text, source, word, nil) }
        let path = rest.dropFirst(authority.count)
        guard path.isEmpty else {
            let scheme = text.hasPrefix("https") ? "https" : "http"
            throw fault(text, source, "ends with '\(path)'", "\(scheme)://\(authority)")
        }
        return url
    }

    private static func authorityFault(_ authority: Substring) -> String? {
        if authority.contains(where: { $0 == "@" }) { return "holds a user; operators have tokens" }
        if authority.utf8.contains(where: { $0 <= 0x20 || $0 == 0x7F }) { return "holds a blank" }
        // The colons of an address in brackets are no port's.
        let closing = authority.lastIndex(of: "]")
        let tail = closing.map { authority[authority.index(after: $0)...] } ?? authority
        let host = closing.map { authority[...$0] } ?? authority.prefix { $0 != ":" }
        guard !host.isEmpty else { return "names no host" }
        let port = tail.drop { $0 != ":" }.dropFirst()
        if tail.contains(where: { $0 == ":" }), UInt16(port) ?? 0 == 0 {
            return "has '\(port)' where the port should be, a number from 1 to 65535"
        }
        return nil
    }

    private static func fault(
        _ text: String, _ source: String, _ what: String, _ better: String?
    ) -> ConsoleFailure {
        ConsoleFailure(
            .usage, "\(source): '\(text)' \(what)",
            hint: "write \(better ?? "http://host:port or https://host:port")")
    }
}
