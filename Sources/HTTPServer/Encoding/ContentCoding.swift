import Model

/// Decides which responses are packed.
enum ContentCoding {
    /// Whether a request takes gzip (RFC 9110 §12.5.3): named, or any coding, with a weight above nothing.
    static func acceptsGzip(_ headers: HTTPHeaders) -> Bool {
        guard headers.contains("accept-encoding") else { return false }
        var any = false
        for member in headers.members("accept-encoding") {
            let parts = member.utf8.split(separator: UInt8(ascii: ";"))
            guard let first = parts.first else { continue }
            let name = String(decoding: HTTPToken.trimmed(first), as: UTF8.self)
            let isWanted = !parts.dropFirst().contains { isZeroWeight($0) }
            if name == "gzip" || name == "x-gzip" { return isWanted }
            if name == "*" { any = isWanted }
        }
        return any
    }

    /// Whether packing pays: text does, everything else here is small or packed already.
    static func isText(_ type: String?) -> Bool {
        guard let type else { return false }
        return type.hasPrefix("application/json") || type.hasPrefix("text/")
    }

    /// `q=0`, `q=0.0` and their kind.
    private static func isZeroWeight(_ parameter: Substring.UTF8View) -> Bool {
        let text = HTTPToken.trimmed(parameter)
        guard text.count > 2, text.first == UInt8(ascii: "q"), text.dropFirst().first == UInt8(ascii: "=")
        else {
            return false
        }
        return text.dropFirst(2).allSatisfy { $0 == UInt8(ascii: "0") || $0 == UInt8(ascii: ".") }
    }
}

extension HTTPServer {
    /// The response as it is sent to this client: packed when it is long enough and the client asks for that.
    ///
    /// Streams are never packed: their pieces must arrive when they are written.
    func coded(_ response: HTTPResponse, for request: HTTPRequest) -> HTTPResponse {
        guard case .bytes(let bytes) = response.body, limits.packedBytes.contains(bytes.count),
            ContentCoding.isText(response.headers["content-type"]),
            !response.headers.contains("content-encoding")
        else { return response }
        var coded = response
        coded.headers.append("vary", "accept-encoding")
        guard ContentCoding.acceptsGzip(request.headers), let packed = Gzip.encode(bytes),
            packed.count < bytes.count
        else { return coded }
        coded.headers.append("content-encoding", "gzip")
        coded.body = .bytes(packed)
        return coded
    }
}
