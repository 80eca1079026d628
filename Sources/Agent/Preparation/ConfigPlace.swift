internal import Model

/// One file of a config in a container: enough to find its content again.
struct ConfigPlace: Hashable, Sendable {
    /// The config, and the version since which containers are the same: later ones write files anew at most.
    var made: ConfigReference
    /// In the container.
    var path: String

    /// A word for a label.
    var text: String { "\(made.configID)@\(made.version)=\(path)" }

    init(made: ConfigReference, path: String) {
        self.made = made
        self.path = path
    }

    /// Reads a word of a label; nil for anything else.
    init?(_ text: Substring) {
        guard let at = text.firstIndex(of: "@"), let equals = text.firstIndex(of: "="), at < equals,
            let id = ConfigID(String(text[..<at])), let version = UInt64(text[text.index(after: at)..<equals])
        else { return nil }
        made = ConfigReference(configID: id, version: version)
        path = String(text[text.index(after: equals)...])
    }
}
