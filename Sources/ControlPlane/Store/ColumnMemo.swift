import Model
import SQLite

/// What the texts of a structured column mean, each read once: rows of a table mostly say the same, and rows that say
/// the same share what it means.
final class ColumnMemo<Value: Decodable> {
    private var last: (text: String, value: Value)?
    private var known: [String: Value] = [:]

    /// Reads a column that may not be NULL.
    func read(_ column: Int, of row: SQLiteRow) throws(SQLiteFailure) -> Value {
        let text = try row.string(column)
        if let last, last.text == text { return last.value }
        if let value = known[text] {
            last = (text, value)
            return value
        }
        let value: Value = try row.json(column)
        last = (text, value)
        if known.count < ControlPlaneLimits.rememberedTexts { known[text] = value }
        return value
    }

    /// Reads a column that may be NULL.
    func readIfPresent(_ column: Int, of row: SQLiteRow) throws(SQLiteFailure) -> Value? {
        row.isNull(column) ? nil : try read(column, of: row)
    }
}
