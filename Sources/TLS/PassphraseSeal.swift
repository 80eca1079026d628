internal import COpenSSL

/// Seals a few secrets under a passphrase: scrypt makes the key, AES-256-GCM hides and authenticates.
///
/// The sealed form begins with what opening needs: a version, scrypt's cost, the salt and the nonce, all of them
/// authenticated too. Both directions take about a tenth of a second and 32 MiB, so they belong on a worker thread.
public enum PassphraseSeal {
    /// Why sealed bytes cannot be opened.
    public enum Failure: Error, Sendable, CustomStringConvertible {
        /// They are no sealed bytes of a version this program knows.
        case malformed
        /// The passphrase is another one, or the bytes were changed.
        case wrongPassphrase

        /// The reason as a sentence.
        public var description: String {
            switch self {
            case .malformed: "these are no sealed keys of a version this program knows"
            case .wrongPassphrase:
                "the passphrase is not the one the keys were sealed with, or they were changed"
            }
        }
    }

    /// Seals bytes.
    ///
    /// - Parameters:
    ///   - plain: What to hide.
    ///   - passphrase: What opens it.
    /// - Returns: The sealed form.
    public static func seal(_ plain: [UInt8], passphrase: [UInt8]) -> [UInt8] {
        let header =
            [version, TLSLimits.scryptLogCost] + SecureRandom.bytes(saltBytes)
            + SecureRandom.bytes(nonceBytes)
        guard let key = key(passphrase, header), let sealed = encrypt(plain, key: key, header: header) else {
            preconditionFailure("OpenSSL has scrypt and AES-256-GCM")
        }
        return header + sealed
    }

    /// Opens sealed bytes.
    ///
    /// - Parameters:
    ///   - sealed: The sealed form.
    ///   - passphrase: What it was sealed with.
    /// - Returns: What was hidden.
    /// - Throws: Why it cannot be opened.
    public static func open(_ sealed: [UInt8], passphrase: [UInt8]) throws(Failure) -> [UInt8] {
        guard sealed.count >= headerBytes + tagBytes, sealed[0] == version,
            (TLSLimits.scryptLogCost...TLSLimits.scryptMaximumLogCost).contains(sealed[1])
        else { throw .malformed }
        let header = Array(sealed[..<headerBytes])
        guard let key = key(passphrase, header),
            let plain = decrypt(Array(sealed[headerBytes...]), key: key, header: header)
        else { throw .wrongPassphrase }
        return plain
    }

    private static let version: UInt8 = 1
    private static let saltBytes = 16
    private static let nonceBytes = 12
    private static let tagBytes = 16
    private static let headerBytes = 2 + saltBytes + nonceBytes

    private static func key(_ passphrase: [UInt8], _ header: [UInt8]) -> [UInt8]? {
        var key = [UInt8](repeating: 0, count: 32)
        let salt = Array(header[2..<2 + saltBytes])
        let made = passphrase.withUnsafeBytes { words in
            EVP_PBE_scrypt(
                words.baseAddress?.assumingMemoryBound(to: CChar.self), words.count, salt, salt.count,
                UInt64(1) << UInt64(header[1]), 8, 1, UInt64(TLSLimits.scryptMemoryBytes), &key, key.count)
        }
        return made == 1 ? key : nil
    }

    private static func encrypt(_ plain: [UInt8], key: [UInt8], header: [UInt8]) -> [UInt8]? {
        guard let context = EVP_CIPHER_CTX_new() else { return nil }
        defer { EVP_CIPHER_CTX_free(context) }
        let nonce = Array(header.suffix(nonceBytes))
        var output = [UInt8](repeating: 0, count: plain.count + tagBytes)
        var written: Int32 = 0
        var tag = [UInt8](repeating: 0, count: tagBytes)
        guard EVP_EncryptInit_ex(context, EVP_aes_256_gcm(), nil, key, nonce) == 1,
            EVP_EncryptUpdate(context, nil, &written, header, Int32(header.count)) == 1,
            EVP_EncryptUpdate(context, &output, &written, plain, Int32(plain.count)) == 1,
            EVP_EncryptFinal_ex(context, &tag, &written) == 1,
            EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_GET_TAG, Int32(tagBytes), &tag) == 1
        else { return nil }
        return Array(output[..<plain.count]) + tag
    }

    private static func decrypt(_ sealed: [UInt8], key: [UInt8], header: [UInt8]) -> [UInt8]? {
        guard let context = EVP_CIPHER_CTX_new() else { return nil }
        defer { EVP_CIPHER_CTX_free(context) }
        let nonce = Array(header.suffix(nonceBytes))
        let hidden = Array(sealed.dropLast(tagBytes))
        var tag = Array(sealed.suffix(tagBytes))
        var plain = [UInt8](repeating: 0, count: hidden.count + tagBytes)
        var written: Int32 = 0
        var rest = [UInt8](repeating: 0, count: tagBytes)
        guard EVP_DecryptInit_ex(context, EVP_aes_256_gcm(), nil, key, nonce) == 1,
            EVP_DecryptUpdate(context, nil, &written, header, Int32(header.count)) == 1,
            EVP_DecryptUpdate(context, &plain, &written, hidden, Int32(hidden.count)) == 1,
            EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_SET_TAG, Int32(tagBytes), &tag) == 1,
            // "A return value of 1 means the tag is right": before that nothing of the output may be used.
            EVP_DecryptFinal_ex(context, &rest, &written) == 1
        else { return nil }
        return Array(plain[..<hidden.count])
    }
}
