import JSON
import Model
import SQLite

extension Row {
    func counter(_ column: Int) throws(SQLiteFailure) -> UInt64 {
        let number = try int64(column)
        guard number >= 0 else { throw Self.malformed(column, "a counter is negative") }
        return UInt64(number)
    }

    func time(_ column: Int) throws(SQLiteFailure) -> Timestamp { Timestamp(milliseconds: try int64(column)) }

    /// A structured column.
    func json<Value: Decodable>(_ column: Int) throws(SQLiteFailure) -> Value {
        let text = try string(column)
        do {
            return try JSONCoder.decode(Value.self, from: Array(text.utf8))
        } catch {
            throw Self.malformed(column, "\(error)")
        }
    }

    /// A column with one word of a closed set.
    func word<Word: RawRepresentable>(_ column: Int) throws(SQLiteFailure) -> Word
    where Word.RawValue == String {
        let text = try string(column)
        guard let word = Word(rawValue: text) else { throw Self.malformed(column, "'\(text)' is unknown") }
        return word
    }

    private static func malformed(_ column: Int, _ detail: String) -> SQLiteFailure {
        SQLiteFailure(.wrongType, operation: "read stored state", detail: "column \(column): \(detail)")
    }
}
