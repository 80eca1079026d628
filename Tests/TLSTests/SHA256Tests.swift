import TLS
import Testing

@Suite struct SHA256Tests {
    /// FIPS 180-4 examples.
    @Test(arguments: [
        ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
        ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
    ])
    func digestIsThePublishedOne(message: String, expected: String) {
        #expect(Hex.encode(SHA256.digest(message)) == expected)
    }

    @Test func digestInPiecesEqualsDigestOfTheWhole() {
        let message = (0..<10_000).map { UInt8(truncatingIfNeeded: $0 * 7) }
        var digest = SHA256Digest()
        for start in stride(from: 0, to: message.count, by: 333) {
            digest.update(Array(message[start..<min(start + 333, message.count)]))
        }
        digest.update([])
        #expect(digest.finish() == SHA256.digest(message))
    }

    /// RFC 4231, cases 1, 2 and 6.
    @Test(arguments: [
        (
            [UInt8](repeating: 0x0b, count: 20), "Hi There",
            "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"
        ),
        (
            Array("Jefe".utf8), "what do ya want for nothing?",
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
        ),
        (
            [UInt8](repeating: 0xaa, count: 131), "Test Using Larger Than Block-Size Key - Hash Key First",
            "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54"
        ),
    ])
    func authenticationCodeIsThePublishedOne(key: [UInt8], message: String, expected: String) {
        #expect(Hex.encode(SHA256.authenticationCode(of: Array(message.utf8), key: key)) == expected)
        let hasher = KeyedHasher(key: key)
        #expect(Hex.encode(hasher.code(of: Array(message.utf8))) == expected)
        #expect(Hex.encode(hasher.code(of: Array(message.utf8))) == expected, "a message leaves no trace")
    }

    @Test func emptyKeyAndMessageAreAllowed() {
        let expected = "b613679a0814d9ec772f95d778c35fc5ff1697c493715653c6c712144292c5ad"
        #expect(Hex.encode(SHA256.authenticationCode(of: [], key: [])) == expected)
        #expect(Hex.encode(KeyedHasher(key: []).code(of: [])) == expected)
    }

    @Test func keyedHashMatchesOnlyItsTokenAndPepper() throws {
        let hasher = KeyedHasher(key: SecureRandom.bytes(32))
        let hash = KeyedHash(token: "fledx_abc", by: hasher)
        #expect(hash.matches(token: "fledx_abc", by: hasher))
        #expect(!hash.matches(token: "fledx_abd", by: hasher))
        #expect(!hash.matches(token: "fledx_abc", by: KeyedHasher(key: [1, 2, 3])))
        #expect(try #require(KeyedHash(bytes: hash.bytes)) == hash)
        #expect(KeyedHash(bytes: [1]) == nil)
    }

    @Test func constantTimeComparisonTellsEqualFromDifferent() {
        #expect(ConstantTime.areEqual([], []))
        #expect(ConstantTime.areEqual([1, 2, 3], [1, 2, 3]))
        #expect(!ConstantTime.areEqual([1, 2, 3], [1, 2, 4]))
        #expect(!ConstantTime.areEqual([1, 2], [1, 2, 3]))
    }

    @Test func randomBytesHaveTheLengthAskedForAndDiffer() {
        #expect(SecureRandom.bytes(0).isEmpty)
        #expect(SecureRandom.bytes(32).count == 32)
        #expect(SecureRandom.bytes(32) != SecureRandom.bytes(32))
    }
}
