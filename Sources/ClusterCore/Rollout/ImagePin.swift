import Model

/// Turns a digest that a replica reported into the form later replicas are given.
///
/// Only the digest is taken from the report: the repository is the declared one, so that no node can make another
/// run something else than what was declared.
enum ImagePin {
    /// The declared repository with the digest; nil when there is no sound digest, or nothing to pin.
    static func reference(declared: String, reported: String) -> String? {
        guard !isPinned(declared), let mark = reported.utf8.lastIndex(of: UInt8(ascii: "@")) else {
            return nil
        }
        let digest = reported[reported.utf8.index(after: mark)...]
        guard isDigest(digest) else { return nil }
        return "\(repository(of: declared))@\(digest)"
    }

    /// Whether a declaration names a digest itself.
    static func isPinned(_ declared: String) -> Bool { declared.utf8.contains(UInt8(ascii: "@")) }

    private static func repository(of declared: String) -> Substring {
        let bytes = declared.utf8
        let start = bytes.lastIndex(of: UInt8(ascii: "/")) ?? bytes.startIndex
        guard let colon = bytes[start...].lastIndex(of: UInt8(ascii: ":")) else { return declared[...] }
        return declared[..<colon]
    }

    /// `sha256:` and 64 lower-case hexadecimal digits.
    private static func isDigest(_ text: Substring) -> Bool {
        guard text.hasPrefix("sha256:") else { return false }
        let digits = text.utf8.dropFirst(7)
        return digits.count == 64
            && digits.allSatisfy {
                (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0)
                    || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains($0)
            }
    }
}
