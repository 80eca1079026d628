import JSON
import Testing

@Suite struct ReaderTests {
    private func code<T>(_ text: String, _ body: (inout JSONReader) throws(JSONError) -> T) -> JSONError.Code?
    {
        do throws(JSONError) {
            var reader = try JSONReader(Samples.bytes(text))
            _ = try body(&reader)
            return nil
        } catch {
            return error.code
        }
    }

    @Test func walksAMessage() throws {
        var reader = try JSONReader(Samples.heartbeat)
        var ports: [UInt16] = []
        var sequence: Int64 = 0
        var names: [String] = []
        try reader.beginObject()
        while try reader.nextKey() {
            if reader.keyIs("sequence") {
                sequence = try reader.readInt64()
            } else if reader.keyIs("instances") {
                try reader.beginArray()
                while try reader.nextElement() {
                    try reader.beginObject()
                    while try reader.nextKey() {
                        if reader.keyIs("name") {
                            names.append(try reader.readString())
                        } else if reader.keyIs("ports") {
                            try reader.beginArray()
                            while try reader.nextElement() { ports.append(try reader.readInteger()) }
                        } else {
                            try reader.skipValue()
                        }
                    }
                }
            } else {
                try reader.skipValue()
            }
        }
        try reader.end()
        #expect(sequence == 123_456)
        #expect(names == ["web-0", "web-1", "web-2", "web-3", "web-4"])
        #expect(ports.count == 10)
        #expect(ports.last == 443)
    }

    @Test func readsEveryKind() throws {
        var reader = try JSONReader(
            Samples.bytes(#"["a\n",null,null,1,true,-7,18446744073709551615,0.1,1e2,[{}],2.50]"#))
        func advance() throws { #expect(try reader.nextElement()) }
        try reader.beginArray()
        try advance()
        #expect(try reader.readString() == "a\n")
        try advance()
        #expect(try reader.readStringIfPresent() == nil)
        try advance()
        #expect(try reader.readNullIfPresent())
        try advance()
        #expect(try reader.readNullIfPresent() == false)
        #expect(try reader.nextKind() == .number)
        #expect(try reader.readInt() == 1)
        try advance()
        #expect(try reader.readBool())
        try advance()
        #expect(try reader.readInt64() == -7)
        try advance()
        #expect(try reader.readUInt64() == UInt64.max)
        try advance()
        #expect(try reader.readDouble() == 0.1)
        try advance()
        #expect(try reader.readInt64() == 100)
        try advance()
        #expect(try reader.readNode() == [.object([:])])
        try advance()
        #expect(try reader.readNumber().text == "2.50")
        #expect(try reader.nextElement() == false)
        try reader.end()
    }

    @Test func keysAreComparedUnescapedAndWhole() throws {
        var reader = try JSONReader(Samples.bytes(#"{"\u006eame":1,"names":2,"nam":3}"#))
        var matches: [Bool] = []
        var keys: [String] = []
        try reader.beginObject()
        while try reader.nextKey() {
            matches.append(reader.keyIs("name"))
            keys.append(reader.key)
            try reader.skipValue()
        }
        #expect(matches == [true, false, false])
        #expect(keys == ["name", "names", "nam"])
    }

    @Test func wrongKindAndRangeAreRefused() {
        #expect(code("1") { reader throws(JSONError) in try reader.readString() } == .typeMismatch)
        #expect(code("\"1\"") { reader throws(JSONError) in try reader.readInt64() } == .typeMismatch)
        #expect(code("null") { reader throws(JSONError) in try reader.readBool() } == .typeMismatch)
        #expect(code("[]") { reader throws(JSONError) in try reader.beginObject() } == .typeMismatch)
        #expect(code("{}") { reader throws(JSONError) in try reader.beginArray() } == .typeMismatch)
        #expect(code("1.5") { reader throws(JSONError) in try reader.readInt64() } == .numberRange)
        #expect(code("-1") { reader throws(JSONError) in try reader.readUInt64() } == .numberRange)
        #expect(
            code("65536") { reader throws(JSONError) in try reader.readInteger(UInt16.self) } == .numberRange)
        #expect(code("x") { reader throws(JSONError) in try reader.readString() } == .syntax)
        #expect(code("") { reader throws(JSONError) in try reader.readString() } == .unexpectedEnd)
        #expect(
            code("[1]") { reader throws(JSONError) in
                try reader.beginArray()
                try reader.end()
            } == .unexpectedEnd)
        #expect(
            code("1 1") { reader throws(JSONError) in
                try reader.skipValue()
                try reader.end()
            } == .trailingBytes)
    }

    @Test func textIsGivenAsBytesWithEscapesResolved() throws {
        var reader = try JSONReader(Samples.bytes(#"["a plain one, longer than a word", "tab\t\u00e9", ""]"#))
        try reader.beginArray()
        for expected in ["a plain one, longer than a word", "tab\t\u{e9}", ""] {
            #expect(try reader.nextElement())
            #expect(try reader.readStringBytes().elementsEqual(expected.utf8))
        }
        #expect(try !reader.nextElement())
        try reader.end()
    }

    @Test func everyPlaceOfAWordEndsAStringWhereItShould() throws {
        for length in 0..<40 {
            let text = String(repeating: "x", count: length)
            var plain = try JSONReader(Samples.bytes("\"\(text)\""))
            #expect(try plain.readString() == text)
            var escaped = try JSONReader(Samples.bytes("\"\(text)\\n\(text)\u{20ac}\(text)\""))
            #expect(try escaped.readString() == text + "\n" + text + "\u{20ac}" + text)
            for control in ["\u{1}", "\u{1f}"] {
                #expect(throws: JSONError.self) {
                    var reader = try JSONReader(Samples.bytes("\"\(text)\(control)\(text)\""))
                    _ = try reader.readString()
                }
            }
        }
    }

    @Test func callersErrorsPointAtTheValueReadLast() throws {
        var reader = try JSONReader(Samples.bytes("{\n \"port\": 99999}"))
        try reader.beginObject()
        _ = try reader.nextKey()
        _ = try reader.readInt64()
        let error = reader.failure(.invalidValue, "port is too large")
        #expect(error.description == "port is too large (line 2, column 10)")
    }

    private func passage(of text: String, maxBytes: Int = 100) throws -> JSONPassage? {
        var reader = try JSONReader(Samples.bytes(text))
        try reader.beginArray()
        _ = try reader.nextElement()
        return try reader.passage(maxBytes: maxBytes) { (reader) throws(JSONError) in try reader.skipValue() }
    }

    @Test func anEqualPassageIsSkippedAndNothingElse() throws {
        let passage = try #require(try passage(of: #"[{"a":[1,2,3]},4]"#))
        #expect(passage.count == 13)
        var reader = try JSONReader(Samples.bytes(#"[ {"a":[1,2,3]} , {"a":[1,2,4]}, 5]"#))
        try reader.beginArray()
        #expect(try reader.nextElement() && reader.skip(ifSameAs: passage))
        #expect(try reader.nextElement() && !reader.skip(ifSameAs: passage))
        try reader.skipValue()
        #expect(try reader.nextElement() && !reader.skip(ifSameAs: passage))
        #expect(try reader.readInt64() == 5)
        #expect(try !reader.nextElement())
        try reader.end()
    }

    @Test func aPassageIsNotTakenAtAnotherDepthOrFromACutDocument() throws {
        let passage = try #require(try passage(of: "[[1]]"))
        var deeper = try JSONReader(Samples.bytes("[[[1]]]"))
        try deeper.beginArray()
        _ = try deeper.nextElement()
        try deeper.beginArray()
        #expect(try deeper.nextElement() && !deeper.skip(ifSameAs: passage))
        var cut = try JSONReader(Samples.bytes("[[1"))
        try cut.beginArray()
        #expect(try cut.nextElement() && !cut.skip(ifSameAs: passage))
    }

    @Test func onlyContainersOfBoundedSizeBecomePassages() throws {
        #expect(try passage(of: "[12]") == nil)
        #expect(try passage(of: #"["[]"]"#) == nil)
        #expect(try passage(of: "[[1,2,3]]", maxBytes: 6) == nil)
        #expect(try passage(of: "[[1,2,3]]", maxBytes: 7) != nil)
    }
}
