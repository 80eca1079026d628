internal import JSON

/// One line of a pull's progress.
public struct PullProgress: Sendable, Equatable {
    /// The layer it is about; empty for the whole image.
    public let layer: String
    /// The engine's words, such as `Downloading`.
    public let status: String
    /// Bytes done of the layer, where known.
    public let currentBytes: Int64
    /// Bytes of the layer, where known.
    public let totalBytes: Int64

    init(_ node: JSONNode) {
        layer = node.text("id")
        status = node.text("status")
        currentBytes = node["progressDetail"]?.integer("current") ?? 0
        totalBytes = node["progressDetail"]?.integer("total") ?? 0
    }

    /// The digest that a line like `Digest: sha256:…` names.
    var digest: String? {
        let prefix = "Digest: "
        return status.hasPrefix(prefix) ? String(status.dropFirst(prefix.count)) : nil
    }
}
