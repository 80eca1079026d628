import TLS
import Testing

@Suite struct TextEncodingTests {
    @Test func hexRoundTripsEveryByte() {
        let bytes = (0...255).map { UInt8($0) }
        #expect(Hex.decode(Hex.encode(bytes)) == bytes)
        #expect(Hex.encode([0, 0xab, 0xff]) == "00abff")
        #expect(Hex.decode("00ABff") == [0, 0xab, 0xff])
    }

    @Test(arguments: ["0", "0g", "é0", " 00", "-1"])
    func hexRefusesWhatIsNotHexadecimal(text: String) {
        #expect(Hex.decode(text) == nil)
    }

    /// RFC 4648, section 10, without padding.
    @Test(arguments: [
        ("", ""), ("f", "Zg"), ("fo", "Zm8"), ("foo", "Zm9v"), ("foob", "Zm9vYg"), ("fooba", "Zm9vYmE"),
        ("foobar", "Zm9vYmFy"),
    ])
    func base64URLIsThePublishedOne(plain: String, encoded: String) {
        #expect(Base64URL.encode(Array(plain.utf8)) == encoded)
        #expect(Base64URL.decode(encoded) == Array(plain.utf8))
    }

    @Test func base64URLRoundTripsEveryByteAndLength() {
        for length in 0...64 {
            let bytes = (0..<length).map { UInt8(truncatingIfNeeded: 255 - $0 * 11) }
            #expect(Base64URL.decode(Base64URL.encode(bytes)) == bytes)
        }
        #expect(Base64URL.encode([0xfb, 0xff]) == "-_8")
    }

    @Test(arguments: ["Z", "Zg==", "Zm+v", "Zm/v", "Zh", "Zm9", "Zm 8", "Zé"])
    func base64URLRefusesPaddingForeignCharactersAndStrayBits(text: String) {
        #expect(Base64URL.decode(text) == nil)
    }
}
