import Model
import TLS

/// What the control plane compares credentials with; operator and registration tokens are kept hashed.
struct Credentials: Sendable {
    let pepper: [UInt8]
    let registration: KeyedHash
    let operators: [KeyedHash]

    init(pepper: Redacted<String>, registration: Redacted<String>, operators: [Redacted<String>]) {
        let key = Array(pepper.revealed.utf8)
        self.pepper = key
        self.registration = KeyedHash(token: registration.revealed, pepper: key)
        self.operators = operators.map { KeyedHash(token: $0.revealed, pepper: key) }
    }

    func hash(_ token: String) -> KeyedHash { KeyedHash(token: token, pepper: pepper) }

    func isRegistration(_ token: String) -> Bool { registration.matches(token: token, pepper: pepper) }

    /// Compares with every operator token, so that the time tells nothing of which one it was.
    func isOperator(_ token: String) -> Bool {
        let hash = hash(token)
        return operators.reduce(false) { found, candidate in
            ConstantTime.areEqual(candidate.bytes, hash.bytes) || found
        }
    }

    /// What is stored in the database to notice another pepper.
    var pepperCheck: [UInt8] { SHA256.authenticationCode(of: Array("fledx tokens pepper".utf8), key: pepper) }
}
