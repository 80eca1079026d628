import Model
import TLS

/// What the control plane compares credentials with; operator and registration tokens are kept hashed.
struct Credentials: Sendable {
    /// Hashes under the pepper.
    private let hasher: KeyedHasher
    let registration: KeyedHash
    let operators: [KeyedHash]

    init(pepper: Redacted<String>, registration: Redacted<String>, operators: [Redacted<String>]) {
        let hasher = KeyedHasher(key: Array(pepper.revealed.utf8))
        self.hasher = hasher
        self.registration = KeyedHash(token: registration.revealed, by: hasher)
        self.operators = operators.map { KeyedHash(token: $0.revealed, by: hasher) }
    }

    func hash(_ token: String) -> KeyedHash { KeyedHash(token: token, by: hasher) }

    func isRegistration(_ hash: KeyedHash) -> Bool {
        ConstantTime.areEqual(registration.bytes, hash.bytes)
    }

    /// Compares with every operator token, so that the time tells nothing of which one it was.
    func isOperator(_ hash: KeyedHash) -> Bool {
        operators.reduce(false) { found, candidate in
            ConstantTime.areEqual(candidate.bytes, hash.bytes) || found
        }
    }

    /// What is stored in the database to notice another pepper.
    var pepperCheck: [UInt8] { hasher.code(of: Array("fledx tokens pepper".utf8)) }
}
