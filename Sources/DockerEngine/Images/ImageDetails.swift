internal import JSON

/// One image as inspected.
public struct ImageDetails: Sendable, Equatable {
    /// The image's id, `sha256:…`.
    public let id: String
    /// `repository@sha256:…` for each registry it came from; none for built and imported images.
    public let repositoryDigests: [String]
    /// `repository:tag` names.
    public let tags: [String]
    /// Bytes on disk.
    public let sizeBytes: Int64
    /// The architecture it was built for.
    public let architecture: String
    /// The operating system it was built for.
    public let operatingSystem: String
    /// Its labels.
    public let labels: [String: String]
    /// Ports it says it serves, such as `80/tcp`.
    public let exposedPorts: [String]
    /// The user its program runs as; empty is root.
    public let user: String

    init(_ node: JSONNode) {
        let config = node["Config"] ?? .null
        id = node.text("Id")
        repositoryDigests = node.list("RepoDigests").compactMap(\.stringValue)
        tags = node.list("RepoTags").compactMap(\.stringValue)
        sizeBytes = node.integer("Size")
        architecture = node.text("Architecture")
        operatingSystem = node.text("Os")
        labels = config.texts("Labels")
        user = config.text("User")
        exposedPorts = config["ExposedPorts"]?.objectValue?.map(\.key) ?? []
    }

    /// The digest under which this repository has it; nil for images that came from nowhere.
    public func digest(in reference: ImageReference) -> String? {
        for entry in repositoryDigests {
            guard let known = ImageReference(entry), known.digest != nil else { continue }
            if Self.normalized(known.repository) == Self.normalized(reference.repository) {
                return known.digest
            }
        }
        return nil
    }

    /// Docker drops its own registry's name and the `library/` folder.
    private static func normalized(_ repository: String) -> String {
        var name = repository
        for prefix in ["docker.io/", "index.docker.io/", "library/"] where name.hasPrefix(prefix) {
            name = String(name.dropFirst(prefix.count))
        }
        return name
    }
}
