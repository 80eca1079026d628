/// One parameterised statement with its values: the unit in which changes reach the database worker.
public struct RowStatement: Sendable, Hashable {
    /// The statement, with `?` or `?1` for values; one text per kind of change, so that it is prepared once.
    public let sql: String
    /// The values, first parameter first.
    public let values: [SQLiteValue]

    /// Describes a change.
    ///
    /// - Parameters:
    ///   - sql: Exactly one statement.
    ///   - values: As many values as it has parameters.
    public init(_ sql: String, _ values: [SQLiteValue] = []) {
        self.sql = sql
        self.values = values
    }

    /// About how much memory the change takes while it waits; the text is shared and not counted.
    var estimatedBytes: Int {
        values.reduce(64) { $0 + $1.estimatedBytes }
    }
}
