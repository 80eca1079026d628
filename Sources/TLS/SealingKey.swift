public import Model

/// Seals and opens secrets under one key, each with a nonce of its own.
///
/// A sealed secret is one byte of format, the nonce, the ciphertext and the tag.
public struct SealingKey: Sendable {
    private static let format: UInt8 = 1
    private let key: Redacted<[UInt8]>

    /// Takes 32 bytes; nil for any other number.
    public init?(bytes: [UInt8]) {
        guard bytes.count == AuthenticatedCipher.keyBytes else { return nil }
        key = Redacted(bytes)
    }

    /// Derives a key from a secret that is used for something else as well.
    public init(derivedFrom secret: Redacted<String>, for purpose: String) {
        key = Redacted(
            SHA256.authenticationCode(of: Array(purpose.utf8), key: Array(secret.revealed.utf8)))
    }

    /// Reads a key file: 32 bytes as they are, as 64 hexadecimal digits, or as base64; nil for anything else.
    public init?(file: [UInt8]) {
        if file.count == AuthenticatedCipher.keyBytes {
            self.init(bytes: file)
            return
        }
        var text = file[...]
        while let last = text.last, last <= 0x20 { text = text.dropLast() }
        while let first = text.first, first <= 0x20 { text = text.dropFirst() }
        let words = String(decoding: text, as: UTF8.self)
        guard let bytes = Hex.decode(words) ?? Base64.decode(words) ?? Base64URL.decode(words) else {
            return nil
        }
        self.init(bytes: bytes)
    }

    /// What proves that a key is the same without telling it.
    public var checkValue: [UInt8] {
        SHA256.authenticationCode(of: Array("fledx sealing key check".utf8), key: key.revealed)
    }

    /// Seals a secret for a purpose; two seals of one secret differ.
    public func seal(_ plain: [UInt8], for purpose: String) -> [UInt8] {
        let nonce = SecureRandom.bytes(AuthenticatedCipher.nonceBytes)
        return [Self.format] + nonce
            + AuthenticatedCipher.seal(plain, for: Array(purpose.utf8), key: key.revealed, nonce: nonce)
    }

    /// Opens what was sealed for the same purpose under the same key; nil for everything else.
    public func open(_ sealed: [UInt8], for purpose: String) -> [UInt8]? {
        guard sealed.first == Self.format, sealed.count > AuthenticatedCipher.nonceBytes else { return nil }
        let body = sealed.dropFirst()
        let nonce = Array(body.prefix(AuthenticatedCipher.nonceBytes))
        return AuthenticatedCipher.open(
            Array(body.dropFirst(AuthenticatedCipher.nonceBytes)), for: Array(purpose.utf8),
            key: key.revealed, nonce: nonce)
    }
}
