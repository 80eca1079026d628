import JSON
import Testing
import YAML

/// What scalars, tags, anchors and documents mean.
@Suite struct MeaningTests {
    private static func read(_ text: String) throws -> String {
        let trees = try YAMLText.documents(Array(text.utf8))
        return trees.map { String(decoding: $0.encoded(), as: UTF8.self) }.joined(separator: "\n")
    }

    @Test(arguments: [
        // What JSON has means the same.
        ("true", "true"), ("false", "false"), ("null", "null"), ("~", "null"), ("", "null"),
        ("80", "80"), ("-1", "-1"), ("0", "0"), ("1.5", "1.5"), ("1e3", "1e3"), ("-2.5E-3", "-2.5E-3"),
        ("12345678901234567890", "12345678901234567890"),
        // What only YAML 1.1 would turn into something else is a text.
        ("yes", #""yes""#), ("no", #""no""#), ("on", #""on""#), ("Off", #""Off""#), ("y", #""y""#),
        ("True", #""True""#), ("TRUE", #""TRUE""#), ("NULL", #""NULL""#), ("Null", #""Null""#),
        ("0123", #""0123""#), ("0400", #""0400""#), ("0x1F", #""0x1F""#), ("0o17", #""0o17""#),
        ("0b1", #""0b1""#), ("1_000", #""1_000""#), ("+1", #""+1""#), (".5", #"".5""#), ("1.", #""1.""#),
        (".inf", #"".inf""#), ("-.inf", #""-.inf""#), (".nan", #"".nan""#), ("1:30", #""1:30""#),
        ("22:22:22", #""22:22:22""#), ("2026-11-27", #""2026-11-27""#), ("1.2.3", #""1.2.3""#),
        ("12e03", "12e03"), ("-", "[null]"), ("<<", #""<<""#), ("=", #""=""#), ("1 2", #""1 2""#),
        // Quotes and tags make a text.
        ("'80'", #""80""#), (#""true""#, #""true""#), ("'it''s'", #""it's""#),
        (#""a\tb\u00e4""#, #""a\tbä""#),
        ("!!str 80", #""80""#), ("!!int '5'", #""5""#), ("!own 5", #""5""#), ("! 5", #""5""#),
        // Blocks.
        ("|\n  a\n  b\n", #""a\nb\n""#), ("|-\n  80\n", #""80""#), (">\n  a\n  b\n", #""a b\n""#),
        ("|+\n  a\n\n", #""a\n\n\n""#), ("a # no part", #""a""#), ("a#b", #""a#b""#),
    ])
    func aScalarMeansWhatItMeansInJSON(text: String, expected: String) throws {
        #expect(try Self.read("- \(text)\n") == "[\(expected)]", "\(text)")
    }

    @Test(arguments: [
        ("a: 1\nb: [x, {c: d}]", #"{"a":1,"b":["x",{"c":"d"}]}"#),
        ("80: 1\ntrue: 2\n~: 3\n? x\n: 4", #"{"80":1,"true":2,"~":3,"x":4}"#),
        (#"{"": 1}"#, #"{"":1}"#), ("a:", #"{"a":null}"#), ("? a", #"{"a":null}"#),
        ("{a, b: }", #"{"a":null,"b":null}"#), ("[a, ]", #"["a"]"#),
        ("{\"a\":1,\"b\":[true]}", #"{"a":1,"b":[true]}"#),
        ("!!map {a: !!seq [1]}", #"{"a":[1]}"#),
        ("\u{FEFF}a: ü€😀", #"{"a":"ü€😀"}"#), ("a: 1\r\nb: 2\r\n", #"{"a":1,"b":2}"#),
    ])
    func treesAreTaken(text: String, expected: String) throws {
        #expect(try Self.read(text) == expected)
    }

    @Test(arguments: [
        ("a: &x {p: 1}\nb: *x", #"{"a":{"p":1},"b":{"p":1}}"#),
        ("- &x 1\n- &x 2\n- *x", "[1,2,2]"),
        ("- &k true\n- {*k : 1}\n- *k", #"[true,{"true":1},true]"#),
        ("&k 0400: 1\nb: *k", #"{"0400":1,"b":"0400"}"#),
        ("- &x\n- *x", "[null,null]"),
        // Another document's anchor, which YAML itself forgets.
        ("a: &x 1\n---\nb: *x", "{\"a\":1}\n{\"b\":1}"),
        // Nothing is merged: the key is a key like others, and whoever reads the tree says what it thinks of it.
        ("a: &x {p: 1}\nb: {<<: *x, q: 2}", #"{"a":{"p":1},"b":{"<<":{"p":1},"q":2}}"#),
    ])
    func anAliasStandsForWhatWasNamed(text: String, expected: String) throws {
        #expect(try Self.read(text) == expected)
    }

    @Test(arguments: [
        ("", ""), ("# nothing\n", ""), ("---\n", "null"), ("a", #""a""#), ("--- a\n--- b\n", "\"a\"\n\"b\""),
        ("a: 1\n---\n---\nb: 2\n", "{\"a\":1}\nnull\n{\"b\":2}"),
        ("%YAML 1.1\n---\na: no\n...\n", #"{"a":"no"}"#),
        ("a: 1\n...\n# end\n", #"{"a":1}"#),
    ])
    func aTextMayHoldSeveralDocuments(text: String, expected: String) throws {
        #expect(try Self.read(text) == expected)
    }
}
