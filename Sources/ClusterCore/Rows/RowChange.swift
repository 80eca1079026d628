/// One change to the stored state.
public struct RowChange: Hashable, Sendable {
    /// What happens to the row.
    public enum Kind: Hashable, Sendable {
        /// It is inserted or replaced.
        case put(Row)
        /// It is deleted.
        case delete(RowKey)
    }

    /// What a failed write means.
    public enum Durability: Hashable, Sendable {
        /// Nothing may be told to anyone before it is stored.
        case decision
        /// It may be dropped and counted.
        case telemetry
    }

    /// What happens.
    public var kind: Kind
    /// What a failed write means.
    public var durability: Durability

    /// Describes a change.
    public init(_ kind: Kind, durability: Durability) {
        self.kind = kind
        self.durability = durability
    }

    /// The row it is about.
    public var key: RowKey {
        switch kind {
        case .put(let row): row.key
        case .delete(let key): key
        }
    }
}
