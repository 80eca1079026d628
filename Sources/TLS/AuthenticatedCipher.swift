internal import COpenSSL

/// AES-256-GCM (NIST SP 800-38D): seals bytes so that only the key opens them, and any change is noticed.
public enum AuthenticatedCipher {
    /// Bytes of a key.
    public static let keyBytes = 32
    /// Bytes of a nonce; one is never used twice with one key.
    public static let nonceBytes = 12
    /// Bytes of the code that proves nothing was changed.
    public static let tagBytes = 16

    /// Seals bytes.
    ///
    /// - Parameters:
    ///   - plain: What is sealed; it may be empty.
    ///   - context: What it is sealed for; opening needs the same.
    ///   - key: 32 bytes.
    ///   - nonce: 12 bytes that this key has never seen.
    /// - Returns: As many bytes as `plain` has, then the tag.
    public static func seal(_ plain: [UInt8], for context: [UInt8], key: [UInt8], nonce: [UInt8]) -> [UInt8] {
        check(key, nonce, plain.count, context.count)
        guard let cipher = EVP_CIPHER_CTX_new() else { preconditionFailure("OpenSSL allocates a cipher") }
        defer { EVP_CIPHER_CTX_free(cipher) }
        var length: Int32 = 0
        var sealed = [UInt8](repeating: 0, count: plain.count)
        var tag = [UInt8](repeating: 0, count: tagBytes)
        let made =
            EVP_EncryptInit_ex(cipher, EVP_aes_256_gcm(), nil, key, nonce) == 1
            && (context.isEmpty
                || EVP_EncryptUpdate(cipher, nil, &length, context, Int32(context.count)) == 1)
            && (plain.isEmpty || EVP_EncryptUpdate(cipher, &sealed, &length, plain, Int32(plain.count)) == 1)
            && EVP_EncryptFinal_ex(cipher, &tag, &length) == 1
            && EVP_CIPHER_CTX_ctrl(cipher, EVP_CTRL_AEAD_GET_TAG, Int32(tagBytes), &tag) == 1
        // Fails only when memory is gone or the library has no AES: neither can be handled here.
        precondition(made, "OpenSSL seals with AES-256-GCM")
        return sealed + tag
    }

    /// Opens sealed bytes; nil when the key or context is another one, or a byte was changed.
    ///
    /// - Parameters:
    ///   - sealed: What `seal` returned.
    ///   - context: What it was sealed for.
    ///   - key: 32 bytes.
    ///   - nonce: The 12 bytes it was sealed with.
    /// - Returns: The bytes, or nil.
    public static func open(_ sealed: [UInt8], for context: [UInt8], key: [UInt8], nonce: [UInt8]) -> [UInt8]?
    {
        guard sealed.count >= tagBytes else { return nil }
        check(key, nonce, sealed.count, context.count)
        guard let cipher = EVP_CIPHER_CTX_new() else { preconditionFailure("OpenSSL allocates a cipher") }
        defer { EVP_CIPHER_CTX_free(cipher) }
        let body = Array(sealed.dropLast(tagBytes))
        var tag = Array(sealed.suffix(tagBytes))
        var length: Int32 = 0
        var plain = [UInt8](repeating: 0, count: body.count)
        var rest = [UInt8](repeating: 0, count: tagBytes)
        let opened =
            EVP_DecryptInit_ex(cipher, EVP_aes_256_gcm(), nil, key, nonce) == 1
            && (context.isEmpty
                || EVP_DecryptUpdate(cipher, nil, &length, context, Int32(context.count)) == 1)
            && (body.isEmpty || EVP_DecryptUpdate(cipher, &plain, &length, body, Int32(body.count)) == 1)
            && EVP_CIPHER_CTX_ctrl(cipher, EVP_CTRL_AEAD_SET_TAG, Int32(tagBytes), &tag) == 1
            && EVP_DecryptFinal_ex(cipher, &rest, &length) == 1
        return opened ? plain : nil
    }

    private static func check(_ key: [UInt8], _ nonce: [UInt8], _ count: Int, _ contextCount: Int) {
        precondition(key.count == keyBytes && nonce.count == nonceBytes, "a key has 32 bytes, a nonce 12")
        precondition(
            count <= TLSLimits.sealedValueBytes && contextCount <= TLSLimits.sealedValueBytes, "bounded input"
        )
    }
}
