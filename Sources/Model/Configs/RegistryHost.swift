/// Which registry an image reference means.
public enum RegistryHost {
    /// The registry of references that name none.
    public static let standard = "docker.io"

    /// The registry of a reference: its first component when that looks like a host.
    public static func of(image: String) -> String {
        let bytes = image.utf8
        guard let slash = bytes.firstIndex(of: UInt8(ascii: "/")) else { return standard }
        let first = image[..<slash]
        let isHost =
            first.utf8.contains(UInt8(ascii: ".")) || first.utf8.contains(UInt8(ascii: ":"))
            || first == "localhost"
        return isHost ? canonical(String(first)) : standard
    }

    /// One spelling for each registry: lower case, and one name for Docker's own.
    public static func canonical(_ host: String) -> String {
        switch host.lowercased() {
        case "index.docker.io", "registry-1.docker.io", "docker.io": standard
        case let other: other
        }
    }

    /// Why a text names no registry; nil when it does.
    public static func fault(_ host: String) -> String? {
        let isPlain = host.utf8.allSatisfy {
            (0x61...0x7A).contains($0) || (0x41...0x5A).contains($0) || (0x30...0x3A).contains($0)
                || $0 == UInt8(ascii: ".") || $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: "[")
                || $0 == UInt8(ascii: "]")
        }
        guard !host.isEmpty, host.utf8.count <= SpecLimits.fieldBytes, isPlain else {
            return "a registry as image references name it is expected, such as ghcr.io or registry:5000"
        }
        return nil
    }
}
