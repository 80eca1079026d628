import Model
import Testing

@testable import TLS

/// Vectors of the GCM specification (McGrew and Viega, test cases 13 to 16), and what opening must refuse.
@Suite struct SealingTests {
    struct Vector: Sendable {
        let key, nonce, plain, context, sealed: String
    }

    static let vectors = [
        Vector(
            key: String(repeating: "0", count: 64), nonce: String(repeating: "0", count: 24), plain: "",
            context: "", sealed: "530f8afbc74536b9a963b4f1c4cb738b"),
        Vector(
            key: String(repeating: "0", count: 64), nonce: String(repeating: "0", count: 24),
            plain: String(repeating: "0", count: 32), context: "",
            sealed: "cea7403d4d606b6e074ec5d3baf39d18d0d1c8a799996bf0265b98b5d48ab919"),
        Vector(
            key: "feffe9928665731c6d6a8f9467308308feffe9928665731c6d6a8f9467308308",
            nonce: "cafebabefacedbaddecaf888",
            plain: "d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a72"
                + "1c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b39",
            context: "feedfacedeadbeeffeedfacedeadbeefabaddad2",
            sealed: "522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa"
                + "8cb08e48590dbb3da7b08b1056828838c5f61e6393ba7a0abcc9f662"
                + "76fc6ece0f4e1768cddf8853bb2d551b"),
    ]

    @Test(arguments: vectors) func sealsAsTheSpecificationSays(_ vector: Vector) throws {
        let key = try #require(Hex.decode(vector.key))
        let nonce = try #require(Hex.decode(vector.nonce))
        let plain = try #require(Hex.decode(vector.plain))
        let context = try #require(Hex.decode(vector.context))
        let sealed = AuthenticatedCipher.seal(plain, for: context, key: key, nonce: nonce)
        #expect(Hex.encode(sealed) == vector.sealed)
        #expect(AuthenticatedCipher.open(sealed, for: context, key: key, nonce: nonce) == plain)
    }

    @Test func anyChangedByteKeepsItShut() throws {
        let key = try #require(SealingKey(bytes: Array(0..<32)))
        let sealed = key.seal(Array("secret".utf8), for: "test")
        for index in sealed.indices {
            var changed = sealed
            changed[index] ^= 1
            #expect(key.open(changed, for: "test") == nil, "byte \(index)")
        }
        #expect(key.open(sealed, for: "other") == nil)
        #expect(key.open([], for: "test") == nil)
        #expect(key.open(Array(sealed.prefix(13)), for: "test") == nil)
        let other = try #require(SealingKey(bytes: Array(1..<33)))
        #expect(other.open(sealed, for: "test") == nil)
        #expect(key.open(sealed, for: "test") == Array("secret".utf8))
        #expect(key.seal(Array("secret".utf8), for: "test") != sealed, "a nonce of its own")
    }

    @Test func keyFilesHaveThreeForms() throws {
        let bytes = [UInt8](0..<32)
        let key = try #require(SealingKey(bytes: bytes))
        let forms = [
            bytes, Array((Hex.encode(bytes) + "\n").utf8), Array((" " + Base64.encode(bytes) + "\r\n").utf8),
            Array(Base64URL.encode(bytes).utf8),
        ]
        for form in forms { #expect(SealingKey(file: form)?.checkValue == key.checkValue) }
        for wrong in ["", "short", String(repeating: "0", count: 62), String(repeating: "z", count: 64)] {
            #expect(SealingKey(file: Array(wrong.utf8)) == nil, "\(wrong)")
        }
        #expect("\(key)".contains("redacted"))
    }
}
