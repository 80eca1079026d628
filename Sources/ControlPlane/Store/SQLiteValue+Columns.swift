import JSON
import Model
import SQLite

extension SQLiteValue {
    /// A counter; the core never counts beyond what a signed integer holds.
    static func counter(_ value: UInt64) -> SQLiteValue { .integer(Int64(clamping: value)) }

    static func time(_ value: Timestamp) -> SQLiteValue { .integer(value.milliseconds) }

    /// A structured column.
    static func json(_ value: some Encodable) -> SQLiteValue {
        do {
            return .text(String(decoding: try JSONCoder.encode(value), as: UTF8.self))
        } catch {
            // The rows hold no number that JSON cannot write: nothing else makes encoding fail.
            preconditionFailure("a row is encodable: \(error)")
        }
    }
}
