import Model
import SQLite

/// One change to the stored credentials of operators and of registration.
enum AccessChange: Hashable, Sendable {
    case putOperator(OperatorTokenRow)
    case deleteOperator(OperatorTokenID)
    case putRegistration(RegistrationTokenRow)
    case deleteRegistration(RegistrationTokenID)

    /// The statement that makes the change, idempotent.
    var statement: RowStatement {
        switch self {
        case .putOperator(let row): OperatorTokenRecords.put(row)
        case .deleteOperator(let id): OperatorTokenRecords.delete(id)
        case .putRegistration(let row): RegistrationTokenRecords.put(row)
        case .deleteRegistration(let id): RegistrationTokenRecords.delete(id)
        }
    }
}
