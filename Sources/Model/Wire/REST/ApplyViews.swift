public import JSON

/// What became of several declarations.
public struct ApplyResult: Codable, Sendable {
    /// Whether it is only what would become of them.
    public var dryRun: Bool
    /// How many are new.
    public var created: Int
    /// How many are declared anew.
    public var changed: Int
    /// How many were so already.
    public var unchanged: Int
    /// How many went.
    public var pruned: Int
    /// Each, in the order of the document; what went comes last.
    public var items: [AppliedItem]

    /// Counts items.
    public init(dryRun: Bool, items: [AppliedItem]) {
        self.dryRun = dryRun
        self.items = items
        created = items.count { $0.action == .created }
        changed = items.count { $0.action == .changed }
        unchanged = items.count { $0.action == .unchanged }
        pruned = items.count { $0.action == .pruned }
    }

    private enum CodingKeys: String, CodingKey {
        case created, changed, unchanged, pruned, items
        case dryRun = "dry_run"
    }
}

/// What became of one declaration.
public struct AppliedItem: Codable, Sendable {
    /// What can become of a declaration.
    public enum Action: String, Codable, Hashable, Sendable, CaseIterable {
        /// It is new.
        case created
        /// It is declared anew.
        case changed
        /// It was so already.
        case unchanged
        /// It is declared no longer, and went.
        case pruned
    }

    /// What kind of thing it is.
    public var kind: AppliedDeclaration.Kind
    /// What it is known by among its kind.
    public var name: String
    /// What became of it.
    public var action: Action
    /// Names it; nil of what a dry run would make.
    public var id: String?
    /// A deployment's generation.
    public var generation: UInt64?
    /// A config's version.
    public var version: UInt64?
    /// How many replicas of a deployment have no place.
    public var unplacedReplicas: Int?
    /// Why.
    public var unplacedReasons: [String]?
    /// Which fields are otherwise than before.
    public var changes: [AppliedChange]
    /// How many more there are.
    public var changesLeftOut: Int?

    /// Describes an item.
    public init(kind: AppliedDeclaration.Kind, name: String, action: Action, id: String? = nil) {
        self.kind = kind
        self.name = name
        self.action = action
        self.id = id
        changes = []
    }

    private enum CodingKeys: String, CodingKey {
        case kind, name, action, id, generation, version, changes
        case unplacedReplicas = "unplaced_replicas"
        case unplacedReasons = "unplaced_reasons"
        case changesLeftOut = "changes_left_out"
    }
}

/// One field that is otherwise than before.
public struct AppliedChange: Codable, Sendable, Equatable {
    /// Its path in the declaration.
    public var field: String
    /// What it was; nil where it was not there, or is not for the caller to see.
    public var from: JSONNode?
    /// What it is; nil where it is not there, or is not for the caller to see.
    public var to: JSONNode?

    /// Describes a change.
    public init(field: String, from: JSONNode?, to: JSONNode?) {
        self.field = field
        self.from = from
        self.to = to
    }
}
