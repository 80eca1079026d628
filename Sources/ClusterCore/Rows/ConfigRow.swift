public import Model

/// A config, as it stands now; what it holds is in its versions.
public struct ConfigRow: Hashable, Sendable {
    /// Names it.
    public var id: ConfigID
    /// Unique among configs.
    public var name: String
    /// Its newest version.
    public var version: UInt64
    /// Free words for selection.
    public var labels: [String: String]
    /// When it was declared first.
    public var createdAt: Timestamp
    /// When it was declared last.
    public var updatedAt: Timestamp

    /// Makes a row.
    public init(
        id: ConfigID, name: String, version: UInt64, labels: [String: String] = [:], createdAt: Timestamp,
        updatedAt: Timestamp
    ) {
        self.id = id
        self.name = name
        self.version = version
        self.labels = labels
        self.createdAt = createdAt
        self.updatedAt = updatedAt
    }

    /// Its newest version.
    public var reference: ConfigReference { ConfigReference(configID: id, version: version) }
}

/// What a config was at one version; kept while it is the newest, or a kept generation or a placement names it.
public struct ConfigVersionRow: Hashable, Sendable {
    /// Which version.
    public var reference: ConfigReference
    /// The version whose containers become this one's by writing files anew; the version itself where none do, after
    /// a lost history a moment, since that one may have had another content under the same version.
    public var containerVersion: UInt64
    /// The config's name then; configs of one level apply in the order of their names.
    public var name: String
    /// What it holds.
    public var content: ConfigContent
    /// When it was declared.
    public var createdAt: Timestamp

    /// Makes a row; without `containerVersion`, of a version with containers of its own.
    public init(
        reference: ConfigReference, name: String, content: ConfigContent, createdAt: Timestamp,
        containerVersion: UInt64? = nil
    ) {
        self.reference = reference
        self.containerVersion = containerVersion ?? reference.version
        self.name = name
        self.content = content
        self.createdAt = createdAt
    }

    /// Whether containers made with this become those of the next version by writing files anew.
    ///
    /// Another name may change the order in which configs apply, so it makes other containers.
    func isReloaded(into next: ConfigVersionRow) -> Bool {
        name == next.name && next.content.isReloaded(from: content)
    }
}

/// What a config is attached to.
public enum ConfigTarget: Hashable, Sendable {
    /// Every replica of a deployment.
    case deployment(DeploymentID)
    /// Every replica on a node.
    case node(NodeID)
}

/// That a config is attached to something.
public struct ConfigAttachmentRow: Hashable, Sendable {
    /// The config.
    public var configID: ConfigID
    /// What it is attached to.
    public var target: ConfigTarget
    /// Since when.
    public var attachedAt: Timestamp

    /// Makes a row.
    public init(configID: ConfigID, target: ConfigTarget, attachedAt: Timestamp) {
        self.configID = configID
        self.target = target
        self.attachedAt = attachedAt
    }
}
