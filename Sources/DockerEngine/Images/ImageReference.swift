/// The name of an image: `[registry/]repository[:tag][@digest]`.
public struct ImageReference: Sendable, Hashable, CustomStringConvertible {
    /// Registry and path, as given.
    public let repository: String
    /// The tag; `latest` when neither tag nor digest was given.
    public let tag: String?
    /// `sha256:…`, which wins over the tag.
    public let digest: String?

    /// Reads a reference; nil when it is none.
    public init?(_ text: String) {
        guard !text.isEmpty, text.utf8.count <= DockerLimits.referenceBytes,
            text.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F })
        else { return nil }
        let halves = text.utf8.split(separator: 0x40, omittingEmptySubsequences: false)
        guard halves.count <= 2 else { return nil }
        let digest = halves.count == 2 ? String(decoding: halves[1], as: UTF8.self) : nil
        if let digest, !Self.isDigest(digest) { return nil }
        let (repository, tag) = Self.tagged(String(decoding: halves[0], as: UTF8.self))
        guard Self.isRepository(repository), tag.map(Self.isTag) ?? true else { return nil }
        self.repository = repository
        self.digest = digest
        self.tag = tag ?? (digest == nil ? "latest" : nil)
    }

    /// The full reference.
    public var description: String {
        repository + (tag.map { ":\($0)" } ?? "") + (digest.map { "@\($0)" } ?? "")
    }

    /// The registry's host as in Docker's credential files, `docker.io` when none is named.
    public var registry: String {
        guard let slash = repository.firstIndex(of: "/") else { return "docker.io" }
        let first = repository[..<slash]
        return first == "localhost" || first.contains(where: { $0 == "." || $0 == ":" })
            ? String(first) : "docker.io"
    }

    /// What pulls by digest where there is one: `repository@digest`, else the full reference.
    public var pinned: String { digest.map { "\(repository)@\($0)" } ?? description }

    /// The same repository at a digest; nil when that is no digest.
    public func at(digest: String) -> ImageReference? { ImageReference("\(repository)@\(digest)") }

    /// A colon behind the last slash starts the tag; one before it belongs to the registry's port.
    private static func tagged(_ name: String) -> (String, String?) {
        guard let colon = name.lastIndex(of: ":") else { return (name, nil) }
        if let slash = name.lastIndex(of: "/"), slash > colon { return (name, nil) }
        return (String(name[..<colon]), String(name[name.index(after: colon)...]))
    }

    private static func isRepository(_ text: String) -> Bool {
        let parts = text.utf8.split(separator: 0x2F, omittingEmptySubsequences: false)
        return parts.allSatisfy { part in
            guard let first = part.first, first != 0x2D, first != 0x2E else { return false }
            return part.allSatisfy { byte in
                switch byte {
                case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2D, 0x2E, 0x5F, 0x3A, 0x5B, 0x5D: true
                default: false
                }
            }
        }
    }

    private static func isTag(_ text: String) -> Bool {
        guard let first = text.utf8.first, first != 0x2D, first != 0x2E, text.utf8.count <= 128 else {
            return false
        }
        return text.utf8.allSatisfy { byte in
            switch byte {
            case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2D, 0x2E, 0x5F: true
            default: false
            }
        }
    }

    private static func isDigest(_ text: String) -> Bool {
        guard text.hasPrefix("sha256:"), text.utf8.count == 71 else { return false }
        return text.utf8.dropFirst(7).allSatisfy { (0x30...0x39).contains($0) || (0x61...0x66).contains($0) }
    }
}
