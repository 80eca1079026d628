/// A request target taken apart: the path and the query, both still percent-encoded.
public struct RequestTarget: Hashable, Sendable {
    /// The path, with its leading slash; `*` for OPTIONS, the authority for CONNECT.
    public let path: String
    /// What follows the question mark, or nil without one.
    public let query: String?

    /// Takes any of the four forms that the decoder lets pass.
    public init(_ target: String) {
        guard target.utf8.first != 0x2F else {
            guard target.utf8.contains(0x3F) else {
                path = target
                query = nil
                return
            }
            (path, query) = Self.splitQuery(target[...])
            return
        }
        guard let start = Self.pathStart(target) else {
            path = target
            query = nil
            return
        }
        let (path, query) = Self.splitQuery(target[start...])
        self.path = path.utf8.first == 0x2F ? path : "/" + path
        self.query = query
    }

    /// The decoded segments of the path, or nil when an escape in it is wrong.
    ///
    /// `/a/b` has two; a slash at the end makes an empty last one. An encoded slash stays within its segment.
    public var segments: [String]? {
        let bytes = Array(path.utf8)
        var segments: [String] = []
        var start = min(1, bytes.count)
        while true {
            var end = start
            while end < bytes.count, bytes[end] != 0x2F { end += 1 }
            guard let text = PercentCoding.decode(bytes[start..<end]) else { return nil }
            segments.append(text)
            guard end < bytes.count else { return segments }
            start = end + 1
        }
    }

    /// What is left of a path behind its first `count` segments, as it is written.
    public static func rest(of path: String, after count: Int) -> String {
        var rest = Substring(path)
        for _ in 0...count {
            guard let slash = rest.utf8.firstIndex(of: 0x2F) else { return "" }
            rest = rest[rest.utf8.index(after: slash)...]
        }
        return String(rest)
    }

    private static func splitQuery(_ text: Substring) -> (String, String?) {
        guard let mark = text.utf8.firstIndex(of: 0x3F) else { return (String(text), nil) }
        return (String(text[..<mark]), String(text[text.utf8.index(after: mark)...]))
    }

    /// Where the path or query of `http://host/path` starts; nil for the other forms.
    private static func pathStart(_ target: String) -> String.Index? {
        let bytes = target.utf8
        guard let colon = bytes.firstIndex(of: 0x3A) else { return nil }
        let afterSlashes = bytes[bytes.index(after: colon)...]
        guard afterSlashes.starts(with: [0x2F, 0x2F]) else { return nil }
        let authority = afterSlashes.dropFirst(2)
        return authority.firstIndex { $0 == 0x2F || $0 == 0x3F } ?? bytes.endIndex
    }
}
