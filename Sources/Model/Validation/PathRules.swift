/// What absolute paths of a declaration look like, and where they lead, without asking the system.
public enum PathRules {
    /// Why a text is not an absolute path, or nil when it is one.
    public static func fault(_ path: String) -> String? {
        guard path.hasPrefix("/") else { return "must be an absolute path" }
        guard path.utf8.count <= SpecLimits.pathBytes else {
            return "must be at most \(SpecLimits.pathBytes) bytes"
        }
        guard path.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7F }) else {
            return "must not contain control characters"
        }
        let parts = path.split(separator: "/")
        return parts.contains("..") || parts.contains(".") ? "must not contain the parts '.' or '..'" : nil
    }

    /// A path without doubled slashes and without one at its end; the root is `/`.
    public static func normalized(_ path: String) -> String {
        "/" + path.split(separator: "/").joined(separator: "/")
    }

    /// Whether a path is a prefix or lies below it, part by part.
    public static func lies(_ path: String, below prefix: String) -> Bool {
        path.split(separator: "/").starts(with: prefix.split(separator: "/"))
    }
}
