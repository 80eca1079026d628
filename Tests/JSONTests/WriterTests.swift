import JSON
import Testing

@Suite struct WriterTests {
    private func written(pretty: Bool = false, _ body: (inout JSONWriter) -> Void) -> String {
        var writer = JSONWriter(reserving: 64, pretty: pretty)
        body(&writer)
        return Samples.text(writer.bytes)
    }

    @Test func putsCommasAndColons() {
        let text = written { writer in
            writer.beginObject()
            writer.field("a", 1)
            writer.key("b")
            writer.beginArray()
            writer.value(true)
            writer.null()
            writer.beginObject()
            writer.endObject()
            writer.raw(Array("[1]".utf8))
            writer.endArray()
            writer.fieldIfPresent("c", String?.none)
            writer.fieldIfPresent("d", Optional("x"))
            writer.fieldOrNull("e", Int?.none)
            writer.field("f", [1, 2])
            writer.key("g\n" as String)
            writer.value(JSONNode.object(["h": .double(0.5)]))
            writer.endObject()
        }
        #expect(text == #"{"a":1,"b":[true,null,{},[1]],"d":"x","e":null,"f":[1,2],"g\n":{"h":0.5}}"#)
    }

    @Test func escapesWhatTheGrammarDemandsAndNoMore() throws {
        let every =
            String(String.UnicodeScalarView((0..<0x80).compactMap { Unicode.Scalar($0) })) + "é\u{2028}😀"
        let bytes = JSONNode.string(every).encoded()
        #expect(try JSONNode.parse(bytes).stringValue == every)
        let text = Samples.text(bytes)
        #expect(text.hasPrefix(#""\u0000\u0001\u0002\u0003\u0004\u0005\u0006\u0007\b\t\n\u000b\f\r\u000e"#))
        #expect(text.contains(#"\u001f !\"#))
        #expect(text.hasSuffix("~\u{7F}é\u{2028}😀\""))
        #expect(written { $0.value("/") } == "\"/\"")
        #expect(
            written {
                $0.beginObject()
                $0.field("a\"b", 1)
                $0.endObject()
            } == #"{"a\"b":1}"#)
    }

    @Test func writesNumbersOfEveryWidth() {
        #expect(written { $0.value(Int64.min) } == "-9223372036854775808")
        #expect(written { $0.value(UInt64.max) } == "18446744073709551615")
        #expect(written { $0.value(0) } == "0")
        #expect(written { $0.value(UInt16.max) } == "65535")
        #expect(written { $0.value(UInt32(7)) } == "7")
        #expect(written { $0.value(Int8(-128)) } == "-128")
        #expect(written { $0.value(0.1) } == "0.1")
        #expect(written { $0.value(5.0) } == "5")
        #expect(written { $0.value(-0.0) } == "-0")
        #expect(written { $0.value(1e300) } == "1e+300")
    }

    @Test func nonFiniteDoublesBecomeNull() {
        #expect(written { $0.value(Double.nan) } == "null")
        #expect(written { $0.value(-Double.infinity) } == "null")
    }

    @Test func prettyOutputIndentsByTwo() throws {
        let node = JSONNode.object(["a": 1, "b": [], "c": .object([:]), "d": [1, .object(["e": .null])]])
        let expected = """
            {
              "a": 1,
              "b": [],
              "c": {},
              "d": [
                1,
                {
                  "e": null
                }
              ]
            }
            """
        #expect(Samples.text(node.encoded(pretty: true)) == expected)
        #expect(try JSONNode.parse(node.encoded(pretty: true)) == node)
    }

    @Test func resetStartsAnotherDocument() {
        let text = written { writer in
            writer.beginArray()
            writer.value(1)
            writer.reset()
            writer.beginArray()
            writer.value(2)
            writer.endArray()
        }
        #expect(text == "[2]")
    }

    @Test func treesAreWrittenWithTheirExactNumbers() throws {
        let text = #"[1.0,1e2,-0,123456789012345678901234567890,0.10]"#
        #expect(Samples.text(try JSONNode.parse(Samples.bytes(text)).encoded()) == text)
    }
}
