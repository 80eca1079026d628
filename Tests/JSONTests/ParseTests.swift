import JSON
import Testing

@Suite struct ParseTests {
    @Test func everyKindOfValueIsRead() throws {
        let node = try JSONNode.parse(Samples.bytes(Samples.everything))
        #expect(node["a"]?[0]?.intValue == 1)
        #expect(node["a"]?[1]?.numberValue?.text == "-0")
        #expect(node["a"]?[2]?.doubleValue == 0.0025)
        #expect(node["a"]?[3]?.intValue == 100)
        #expect(node["a"]?[4]?.boolValue == true)
        #expect(node["a"]?[6]?.isNull == true)
        #expect(node["a"]?[8]?.objectValue == [])
        #expect(node["a"]?[9]?.arrayValue == [])
        #expect(node["a"]?[10] == nil)
        #expect(node["text"]?.stringValue == "\"\\/\u{8}\u{C}\n\r\té😀 é😀")
        #expect(node["nested"]?["deep"]?["deeper"]?[0]?[0]?[0]?["k"] == "v")
        #expect(node["n"]?.intValue == Int64.max)
        #expect(node["missing"] == nil)
    }

    @Test(arguments: [
        "null", " true ", "false", "0", "-0", "-1.5e+10", "\"\"", "[]", "{}", "\t\r\n [ 1 , 2 ] \n",
        "\"\\u0000\"",
        "\"\u{7F}\"", "\"\u{FFFF}\u{10FFFF}\"", "{\"\":{\"\":0}}", "1e308", "1e-400", "\"\\uDBFF\\uDFFF\"",
    ])
    func validDocumentIsAccepted(_ text: String) {
        #expect(Samples.refusal(Samples.bytes(text)) == nil)
        #expect(Samples.readerRefusal(Samples.bytes(text)) == nil)
    }

    @Test(
        arguments: [
            ("", .unexpectedEnd), ("  ", .unexpectedEnd), ("[1,]", .syntax), ("[,1]", .syntax),
            ("[1 2]", .syntax),
            ("{\"a\":1,}", .syntax), ("{\"a\" 1}", .syntax), ("{a:1}", .syntax),
            ("{\"a\":1 \"b\":2}", .syntax),
            ("[1}", .syntax), ("{\"a\":1]", .syntax), ("]", .syntax), ("01", .trailingBytes),
            ("1 2", .trailingBytes),
            ("{}{}", .trailingBytes), ("+1", .syntax), (".5", .syntax), ("1.", .unexpectedEnd),
            ("1.e3", .syntax),
            ("1e", .unexpectedEnd), ("-", .unexpectedEnd), ("-a", .syntax), ("NaN", .syntax),
            ("nul", .unexpectedEnd),
            ("nulL", .syntax), ("tru e", .syntax), ("'a'", .syntax), ("\"a", .unexpectedEnd),
            ("\"\n\"", .syntax),
            ("\"\\x\"", .invalidEscape), ("\"\\u12G4\"", .invalidEscape), ("\"\\uD800\"", .invalidEscape),
            ("\"\\uDC00\"", .invalidEscape), ("\"\\uD800\\u0041\"", .invalidEscape), ("\u{FEFF}1", .syntax),
            ("\"\\uD800\\n....\"", .invalidEscape), ("// x\n1", .syntax), ("1e400", .numberRange),
            ("-1e400", .numberRange), ("{\"a\":1,\"a\":2}", .duplicateKey),
            ("{\"a\":1,\"\\u0061\":2}", .duplicateKey),
            ("{\"\\u0061\":1,\"a\":2}", .duplicateKey), ("{\"\":1,\"\":2}", .duplicateKey),
            ("[{\"x\":{\"a\":1,\"b\":2,\"a\":3}}]", .duplicateKey), ("\u{A0}1", .syntax),
        ] as [(String, JSONError.Code)])
    func invalidDocumentIsRefusedAlikeByTreeAndReader(_ text: String, _ code: JSONError.Code) {
        #expect(Samples.refusal(Samples.bytes(text))?.code == code)
        #expect(Samples.readerRefusal(Samples.bytes(text))?.code == code)
    }

    @Test(
        arguments: [
            [0x80], [0xC0, 0xAF], [0xC1, 0x80], [0xE0, 0x80, 0x80], [0xED, 0xA0, 0x80],
            [0xF0, 0x80, 0x80, 0x80],
            [0xF4, 0x90, 0x80, 0x80], [0xF5, 0x80, 0x80, 0x80], [0xFF], [0xC3], [0xE2, 0x82],
            [0xF0, 0x9F, 0x98, 0x20],
        ] as [[UInt8]])
    func malformedUTF8IsRefused(_ content: [UInt8]) {
        let bytes = [0x22] + content + [0x22, 0x20, 0x20, 0x20]
        #expect(Samples.refusal(bytes)?.code == .invalidUTF8)
        #expect(Samples.readerRefusal(bytes)?.code == .invalidUTF8)
    }

    @Test func everyTruncationIsRefusedAsCutOff() {
        for document in [Samples.bytes(Samples.everything), Samples.heartbeat] {
            for length in 0..<document.count {
                let part = Array(document[..<length])
                #expect(Samples.refusal(part)?.code == .unexpectedEnd, "cut at \(length)")
                #expect(Samples.readerRefusal(part)?.code == .unexpectedEnd, "cut at \(length)")
            }
        }
    }

    @Test func nestingEndsAtTheLimit() {
        for (open, close) in [("[", "]"), ("{\"a\":", "}")] {
            let inner = open == "[" ? "" : "0"
            let fits = String(repeating: open, count: 64) + inner + String(repeating: close, count: 64)
            let deep = String(repeating: open, count: 65) + inner + String(repeating: close, count: 65)
            let bomb = Samples.bytes(String(repeating: open, count: 100_000))
            #expect(Samples.refusal(Samples.bytes(fits)) == nil)
            #expect(Samples.readerRefusal(Samples.bytes(fits)) == nil)
            #expect(Samples.refusal(Samples.bytes(deep))?.code == .depth)
            #expect(Samples.readerRefusal(Samples.bytes(deep))?.code == .depth)
            #expect(Samples.refusal(bomb)?.code == .depth)
            #expect(Samples.readerRefusal(bomb)?.code == .depth)
        }
    }

    @Test func sizeEndsAtTheLimit() {
        let limits = JSONLimits(maxBytes: 10)
        #expect(Samples.refusal(Samples.bytes("\"12345678\""), limits: limits) == nil)
        #expect(Samples.refusal(Samples.bytes("\"123456789\""), limits: limits)?.code == .size)
        #expect(Samples.readerRefusal(Samples.bytes("\"123456789\""), limits: limits)?.code == .size)
        #expect(Samples.refusal(Array(repeating: 0x20, count: (16 << 20) + 1))?.code == .size)
        #expect(Samples.refusal(Array(repeating: 0x31, count: 5000))?.code == .numberRange)
    }

    @Test(arguments: [3, 12, 13, 32, 33, 500])
    func duplicateKeyIsFoundInObjectsOfAnySize(_ count: Int) {
        let members = (0..<count).map { "\"key\($0)\":\($0)" }
        let unique = "{" + members.joined(separator: ",") + "}"
        #expect(Samples.refusal(Samples.bytes(unique)) == nil)
        #expect(Samples.readerRefusal(Samples.bytes(unique)) == nil)
        for repeated in [0, count / 2, count - 1] {
            let twice = Samples.bytes("{" + (members + ["\"key\(repeated)\":0"]).joined(separator: ",") + "}")
            #expect(Samples.refusal(twice)?.code == .duplicateKey)
            #expect(Samples.readerRefusal(twice)?.code == .duplicateKey)
        }
    }

    @Test func sameKeyInDifferentObjectsIsNoDuplicate() {
        let bytes = Samples.bytes("{\"a\":{\"a\":[{\"a\":1},{\"a\":2}]},\"b\":{\"a\":3}}")
        #expect(Samples.refusal(bytes) == nil)
        #expect(Samples.readerRefusal(bytes) == nil)
    }

    @Test func errorsAndNodesKnowTheirPlace() throws {
        let error = Samples.refusal(Samples.bytes("{\n  \"é\": 1,\n  \"ü\": x\n}"))
        #expect(error?.line == 3)
        #expect(error?.column == 8)
        #expect(error?.description == "expected a value, found 'x' (line 3, column 8)")
        let bytes = Samples.bytes("{\"a\": [10, 20]}")
        let node = try JSONNode.parse(bytes)
        #expect(node["a"]?.offset == 6)
        #expect(node["a"]?[1]?.offset == 11)
        #expect(node.objectValue?.first?.keyOffset == 1)
        let end = JSONNode.position(of: 99, in: bytes)
        #expect(end == (1, 16))
    }

    @Test func numbersRefuseLoss() {
        #expect(JSONNumber("9223372036854775808")?.int64 == nil)
        #expect(JSONNumber("9223372036854775808")?.uint64 == 9_223_372_036_854_775_808)
        #expect(JSONNumber("-9223372036854775808")?.int64 == Int64.min)
        #expect(JSONNumber("-9223372036854775809")?.int64 == nil)
        #expect(JSONNumber("18446744073709551615")?.uint64 == UInt64.max)
        #expect(JSONNumber("18446744073709551616")?.uint64 == nil)
        #expect(JSONNumber("18446744073709551620")?.uint64 == nil)
        #expect(JSONNumber("-1")?.uint64 == nil)
        #expect(JSONNumber("1.5")?.int64 == nil)
        #expect(JSONNumber("1.50e1")?.int64 == 15)
        #expect(JSONNumber("1200e-2")?.int64 == 12)
        #expect(JSONNumber("0e99999999999")?.int64 == 0)
        #expect(JSONNumber("256")?.integer(UInt8.self) == nil)
        #expect(JSONNumber("1e-400")?.double == 0)
        #expect(JSONNumber("1e400") == nil)
        #expect(JSONNumber("-0")?.double?.sign == .minus)
        #expect(JSONNumber("1 ") == nil)
        #expect(JSONNumber("") == nil)
        #expect(JSONNumber(Double.infinity) == nil)
        #expect(JSONNumber(5.0)?.text == "5")
    }

    @Test func equalityIgnoresPlaceAndMemberOrder() throws {
        let left = try JSONNode.parse(Samples.bytes("{\"a\":1,\"b\":[true,null]}"))
        let right = try JSONNode.parse(Samples.bytes("  {\"b\": [true, null], \"a\": 1}"))
        #expect(left == right)
        #expect(left == .object(["a": 1, "b": [true, .null]]))
        #expect(left != .object(["a": 1, "b": [true, false]]))
        #expect(left != .object(["a": 1, "c": [true, .null]]))
        #expect(left != .object(["a": 1]))
    }
}
