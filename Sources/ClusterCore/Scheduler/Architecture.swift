/// The spellings of processor architectures.
enum Architecture {
    /// Whether two spellings mean the same.
    static func isSame(_ left: String, _ right: String) -> Bool {
        left == right || canonical(left) == canonical(right)
    }

    private static func canonical(_ name: String) -> String {
        switch name.lowercased() {
        case "amd64", "x86_64", "x64": "amd64"
        case "arm64", "aarch64": "arm64"
        case let other: other
        }
    }
}
