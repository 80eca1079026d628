import ClusterCore
import EventLoop
import Model
import TLS

/// Seals what operators write and nobody reads again, and opens it for the nodes that need it.
struct SecretKeeper: Sendable {
    /// What something is sealed for, so that one sealed value cannot stand for another.
    private enum Purpose: String {
        case configValue = "fledx config value"
        case registryPassword = "fledx registry password"
    }

    /// Nil without `FLEDX_CP_SECRETS_KEY_FILE`.
    private let key: SealingKey?

    /// Keeps nothing: every seal is refused.
    init() { key = nil }

    /// Reads the key file that a setting names.
    init(keyFile path: String?) throws(StartFailure) {
        guard let path else {
            self.init()
            return
        }
        let bytes: [UInt8]
        do {
            bytes = try FileIO.read(path, limitBytes: ControlPlaneLimits.secretsKeyFileBytes)
        } catch {
            throw StartFailure("cannot read FLEDX_CP_SECRETS_KEY_FILE", cause: error)
        }
        try self.init(file: bytes, at: path)
    }

    /// Takes what such a file holds.
    init(file bytes: [UInt8], at path: String) throws(StartFailure) {
        guard let key = SealingKey(file: bytes) else {
            throw StartFailure(
                "FLEDX_CP_SECRETS_KEY_FILE='\(path)': 32 bytes are expected, as they are, as 64 hexadecimal "
                    + "digits or as base64 (openssl rand -hex 32 > \(path))")
        }
        self.key = key
    }

    /// What is stored in the database to notice another key; nil without one.
    var checkValue: [UInt8]? { key?.checkValue }

    /// Whether something can be sealed.
    var canSeal: Bool { key != nil }

    func sealConfigValue(_ value: Redacted<String>) throws(Refusal) -> [UInt8] {
        try seal(value, .configValue)
    }

    func openConfigValue(_ sealed: [UInt8]) throws(Refusal) -> Redacted<String> {
        try open(sealed, .configValue)
    }

    func sealPassword(_ value: Redacted<String>) throws(Refusal) -> [UInt8] {
        try seal(value, .registryPassword)
    }

    func openPassword(_ sealed: [UInt8]) throws(Refusal) -> Redacted<String> {
        try open(sealed, .registryPassword)
    }

    private func seal(_ value: Redacted<String>, _ purpose: Purpose) throws(Refusal) -> [UInt8] {
        guard let key else { throw .noSecretsKey }
        return key.seal(Array(value.revealed.utf8), for: purpose.rawValue)
    }

    private func open(_ sealed: [UInt8], _ purpose: Purpose) throws(Refusal) -> Redacted<String> {
        guard let bytes = key?.open(sealed, for: purpose.rawValue) else {
            throw Refusal(
                .internalServerError, "internal_error",
                "a sealed value cannot be opened with the key of FLEDX_CP_SECRETS_KEY_FILE")
        }
        return Redacted(String(decoding: bytes, as: UTF8.self))
    }
}

extension Refusal {
    /// Nothing can be sealed here.
    static let noSecretsKey = Refusal(
        .unprocessableContent, "no_secrets_key",
        "secret values cannot be kept: FLEDX_CP_SECRETS_KEY_FILE is not set on the control plane")
}
