/// How far the declared generation has come.
public struct RolloutView: Codable, Hashable, Sendable {
    /// Where an update stands.
    public enum Phase: String, Codable, Hashable, Sendable, CaseIterable {
        /// Replicas are being taken to the declared generation.
        case progressing
        /// Replicas are being taken back to an earlier declaration.
        case rollingBack = "rolling_back"
        /// Held by an operator.
        case paused
        /// Found broken; no further replica is taken to it.
        case failed
        /// Every replica runs it and is healthy.
        case complete
        /// Every replica runs the earlier declaration that was restored.
        case rolledBack = "rolled_back"
    }

    /// Where the update stands.
    public var phase: Phase
    /// The declared generation.
    public var generation: UInt64
    /// Replicas that are healthy at it.
    public var updated: Int
    /// Replicas declared.
    public var total: Int
    /// What is being done or waited for.
    public var step: String?
    /// Why it failed, or why it went back.
    public var reason: String?
    /// A remark about a step that went otherwise than declared.
    public var note: String?
    /// The generation whose declaration was restored, where one was.
    public var restoredFrom: UInt64?
    /// The image with its digest that later replicas get; nil while none is known.
    public var pinnedImage: String?
    /// Whether the image is fixed to a digest.
    public var pinned: Bool
    /// Since when the phase is what it is.
    public var since: Timestamp

    /// Puts a view together.
    public init(
        phase: Phase, generation: UInt64, updated: Int, total: Int, step: String? = nil,
        reason: String? = nil, note: String? = nil, restoredFrom: UInt64? = nil, pinnedImage: String? = nil,
        since: Timestamp
    ) {
        self.phase = phase
        self.generation = generation
        self.updated = updated
        self.total = total
        self.step = step
        self.reason = reason
        self.note = note
        self.restoredFrom = restoredFrom
        self.pinnedImage = pinnedImage
        pinned = pinnedImage != nil
        self.since = since
    }

    private enum CodingKeys: String, CodingKey {
        case phase, generation, updated, total, step, reason, note, pinned, since
        case restoredFrom = "restored_from"
        case pinnedImage = "pinned_image"
    }
}

/// A kept generation of a deployment.
public struct RevisionView: Codable, Hashable, Sendable {
    /// Its number, as `rollback` takes it.
    public var revision: UInt64
    /// Whether it is what is declared now.
    public var current: Bool
    /// How many replicas shall run it.
    public var replicas: Int
    /// Its image as declared.
    public var image: String
    /// The image with its digest, where it is known.
    public var pinnedImage: String?
    /// Whether the image is fixed to a digest.
    public var pinned: Bool
    /// What made it: `declared`, `restarted` or `rolled_back`.
    public var cause: String
    /// The revision it restored, where it restored one.
    public var restoredFrom: UInt64?
    /// When it was declared.
    public var createdAt: Timestamp

    /// Puts a view together.
    public init(
        revision: UInt64, current: Bool, replicas: Int, image: String, pinnedImage: String?, cause: String,
        restoredFrom: UInt64?, createdAt: Timestamp
    ) {
        self.revision = revision
        self.current = current
        self.replicas = replicas
        self.image = image
        self.pinnedImage = pinnedImage
        pinned = pinnedImage != nil
        self.cause = cause
        self.restoredFrom = restoredFrom
        self.createdAt = createdAt
    }

    private enum CodingKeys: String, CodingKey {
        case revision, current, replicas, image, pinned, cause
        case pinnedImage = "pinned_image"
        case restoredFrom = "restored_from"
        case createdAt = "created_at"
    }
}

/// The kept generations of a deployment, newest first.
public struct RevisionList: Codable, Hashable, Sendable {
    /// The generations.
    public var items: [RevisionView]

    /// Lists generations.
    public init(items: [RevisionView]) { self.items = items }
}
