import Model

/// The stored credentials of operators and of registration, found by their keyed hashes.
///
/// A value: what changes it is an `AccessChange`, which is stored in the same turn of the loop. The look-up compares
/// hashes under a secret pepper, so its timing tells nothing about a token.
struct AccessState: Hashable, Sendable {
    private(set) var operators: [OperatorTokenID: OperatorTokenRow] = [:]
    private(set) var registrations: [RegistrationTokenID: RegistrationTokenRow] = [:]
    private var operatorIDs: [[UInt8]: OperatorTokenID] = [:]
    private var registrationIDs: [[UInt8]: RegistrationTokenID] = [:]

    init(operators: [OperatorTokenRow] = [], registrations: [RegistrationTokenRow] = []) {
        for row in operators { apply(.putOperator(row)) }
        for row in registrations { apply(.putRegistration(row)) }
    }

    func operatorToken(of hash: [UInt8]) -> OperatorTokenRow? {
        operatorIDs[hash].flatMap { operators[$0] }
    }

    func registrationToken(of hash: [UInt8]) -> RegistrationTokenRow? {
        registrationIDs[hash].flatMap { registrations[$0] }
    }

    /// Whether an operator holds a stored token that allows everything: one that works and has been used.
    ///
    /// A token that was never used may never have reached anybody, so it does not count.
    func hasProvenAdmin(at now: Timestamp) -> Bool {
        operators.values.contains { $0.role == .admin && $0.lastUsed != nil && !$0.isExpired(at: now) }
    }

    mutating func apply(_ change: AccessChange) {
        switch change {
        case .putOperator(let row):
            operators[row.id] = row
            operatorIDs[row.hash] = row.id
        case .deleteOperator(let id):
            if let row = operators.removeValue(forKey: id) { operatorIDs[row.hash] = nil }
        case .putRegistration(let row):
            registrations[row.id] = row
            registrationIDs[row.hash] = row.id
        case .deleteRegistration(let id):
            if let row = registrations.removeValue(forKey: id) { registrationIDs[row.hash] = nil }
        }
    }
}
