public import Model

/// An operator declares a config.
public struct CreateConfig: Hashable, Sendable {
    /// Unique among configs.
    public var name: String
    /// Its first version; nil is 1.
    public var version: UInt64?
    /// Free words for selection.
    public var labels: [String: String]
    /// What it holds; secret values are sealed.
    public var content: ConfigContent
    /// The request it came with.
    public var requestID: String

    /// Describes a declaration.
    public init(
        name: String, version: UInt64? = nil, labels: [String: String] = [:], content: ConfigContent,
        requestID: String
    ) {
        self.name = name
        self.version = version
        self.labels = labels
        self.content = content
        self.requestID = requestID
    }
}

/// An operator declares a config anew; the same content again changes nothing.
public struct UpdateConfig: Hashable, Sendable {
    /// The config.
    public var id: ConfigID
    /// Its complete new name.
    public var name: String
    /// The version it gets; nil counts on.
    public var version: UInt64?
    /// Its complete new labels.
    public var labels: [String: String]
    /// Its complete new content.
    public var content: ConfigContent
    /// The version the change was made from; nil takes any.
    public var expectedVersion: UInt64?
    /// The request it came with.
    public var requestID: String

    /// Describes a change.
    public init(
        id: ConfigID, name: String, version: UInt64? = nil, labels: [String: String] = [:],
        content: ConfigContent, expectedVersion: UInt64? = nil, requestID: String
    ) {
        self.id = id
        self.name = name
        self.version = version
        self.labels = labels
        self.content = content
        self.expectedVersion = expectedVersion
        self.requestID = requestID
    }
}

/// An operator deletes a config; whatever has it goes on without it.
public struct DeleteConfig: Hashable, Sendable {
    /// The config.
    public var id: ConfigID
    /// The version the decision was made from; nil takes any.
    public var expectedVersion: UInt64?
    /// The request it came with.
    public var requestID: String

    /// Names a config.
    public init(id: ConfigID, expectedVersion: UInt64? = nil, requestID: String) {
        self.id = id
        self.expectedVersion = expectedVersion
        self.requestID = requestID
    }
}

/// An operator gives a config to a deployment or node, or takes it away.
public struct SetConfigAttachment: Hashable, Sendable {
    /// The config.
    public var configID: ConfigID
    /// What it is attached to.
    public var target: ConfigTarget
    /// Whether it shall be.
    public var isAttached: Bool
    /// The request it came with.
    public var requestID: String

    /// Describes a change.
    public init(configID: ConfigID, target: ConfigTarget, isAttached: Bool, requestID: String) {
        self.configID = configID
        self.target = target
        self.isAttached = isAttached
        self.requestID = requestID
    }
}
