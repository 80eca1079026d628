import JSON
import Testing
import YAML

/// What is refused, and how it says where.
@Suite struct RefusalTests {
    private static func failure(of text: String, _ limits: YAMLLimits = .standard) -> YAMLFailure? {
        do {
            _ = try YAMLText.documents(Array(text.utf8), limits: limits)
            return nil
        } catch {
            return error
        }
    }

    struct Refusal: Sendable {
        let text: String
        let code: YAMLFailure.Code
        let line: Int
        let column: Int

        init(_ text: String, _ code: YAMLFailure.Code, _ line: Int, _ column: Int) {
            self.text = text
            self.code = code
            self.line = line
            self.column = column
        }
    }

    @Test(arguments: [
        Refusal("a: [1", .syntax, 2, 1), Refusal("a: 'open", .syntax, 1, 9),
        Refusal("a: b: c", .syntax, 1, 5),
        Refusal("a:\n\t- 1", .syntax, 2, 1), Refusal("a: @b", .syntax, 1, 4), Refusal("}", .syntax, 1, 1),
        Refusal("x:\n  - a\n b: 1", .syntax, 3, 2), Refusal("a: !<b", .syntax, 1, 7),
        Refusal("ü: a\u{0}", .syntax, 1, 5), Refusal("a: 1\nb: \u{7}", .syntax, 2, 4),
        Refusal("%YAML 3.0\n---\na", .syntax, 1, 1),
        Refusal("a: *none", .unknownAlias, 1, 4), Refusal("a: &a [*a]", .unknownAlias, 1, 8),
        Refusal("a: 1\nb: 2\na: 3", .duplicateKey, 3, 1), Refusal("{1: a, '1': b}", .duplicateKey, 1, 8),
        Refusal("? [a]\n: 1", .keyNotText, 1, 3), Refusal("{? {a: 1} : 1}", .keyNotText, 1, 4),
        Refusal("- &x [1]\n- {*x : 1}", .keyNotText, 2, 4),
    ])
    func whatIsWrongIsRefusedWithItsPlace(refusal: Refusal) throws {
        let failure = try #require(Self.failure(of: refusal.text), "\(refusal.text) was taken")
        #expect(failure.code == refusal.code, "\(refusal.text): \(failure)")
        #expect(
            failure.line == refusal.line && failure.column == refusal.column, "\(refusal.text): \(failure)")
    }

    @Test func theLineStandsBelowTheWords() throws {
        let failure = try #require(Self.failure(of: "name: web\nportß: [80, 443\nimage: nginx\n"))
        #expect(
            failure.description == """
                did not find expected ',' or ']' while parsing a flow sequence that began in line 2 (line 3, column 6)
                image: nginx
                     ^
                """)
        let far = String(repeating: "x", count: 300) + " @: *y, \u{1B}[31m"
        let second = try #require(Self.failure(of: "ok: 1\n\"\(far)\": [*y]"))
        let lines = second.excerpt.split(separator: "\n")
        #expect(lines.count == 2 && lines.allSatisfy { $0.count <= 81 }, "\(second.excerpt)")
        #expect(second.excerpt.unicodeScalars.allSatisfy { $0 == "\n" || $0.value >= 0x20 })
    }

    /// Nine levels of ten aliases each would be a thousand million values.
    @Test func anAliasCostsWhatItStandsFor() throws {
        var bomb = "a0: &a0 [1, 1, 1, 1, 1, 1, 1, 1, 1, 1]\n"
        for level in 1...9 {
            let aliases = Array(repeating: "*a\(level - 1)", count: 10).joined(separator: ", ")
            bomb += "a\(level): &a\(level) [\(aliases)]\n"
        }
        let failure = try #require(Self.failure(of: bomb))
        #expect(failure.code == .limit && failure.message.contains("100000 values") && failure.line == 5)

        let text = String(repeating: "x", count: 100_000)
        let aliases = Array(repeating: "*t", count: 50).joined(separator: ", ")
        let long = try #require(Self.failure(of: "t: &t \(text)\nl: [\(aliases)]"))
        #expect(long.code == .limit && long.message.contains("bytes of text") && long.line == 2)
    }

    @Test func limitsHoldAtTheirEdges() {
        let limits = YAMLLimits(maxDepth: 3, maxValues: 5, maxTextBytes: 8)
        #expect(Self.failure(of: "[[[1]]]", limits) == nil)
        #expect(Self.failure(of: "[[[[1]]]]", limits)?.code == .limit)
        #expect(Self.failure(of: "[1, 2, 3, 4]", limits) == nil)
        #expect(Self.failure(of: "[1, 2, 3, 4, 5]", limits)?.code == .limit)
        #expect(Self.failure(of: "{abc: defgh}", limits) == nil)
        #expect(Self.failure(of: "{abc: defghi}", limits)?.code == .limit)
        // Documents share them, and an alias reaches as deep as what it names.
        #expect(Self.failure(of: "[1, 2]\n---\n[3, 4]", limits)?.code == .limit)
        #expect(Self.failure(of: "- &a [[]]\n- [*a]", YAMLLimits(maxDepth: 3))?.code == .limit)
        #expect(Self.failure(of: "- &a [[]]\n- *a", YAMLLimits(maxDepth: 3)) == nil)
    }

    @Test func deepTextsEndEarly() throws {
        let failure = try #require(Self.failure(of: String(repeating: "[", count: 100_000)))
        #expect(failure.code == .limit && failure.line == 1 && failure.column == 61)
        let block = try #require(Self.failure(of: String(repeating: "- ", count: 10_000)))
        #expect(block.code == .limit)
    }

    /// Whatever is done to a text, reading it ends in trees or in a refusal with a place inside it.
    @Test func damagedTextsAreReadToAnEnd() {
        let text = Array(
            """
            kind: deployment
            labels: &own {app: "shop", country: no}
            ports: [80, {host: 8080}]
            files:
              - path: /a # b
                content: |
                  x
            ---
            - *own
            - 'it''s'

            """.utf8)
        let bytes = Array("\n\t -:[]{}&*!|>'\"%@`#,?0x\u{7F}ä".utf8)
        for index in text.indices {
            for byte in bytes {
                var damaged = text
                damaged[index] = byte
                if let failure = Self.failure(of: String(decoding: damaged, as: UTF8.self)) {
                    #expect((1...12).contains(failure.line) && failure.column >= 1, "\(failure)")
                }
            }
            _ = Self.failure(of: String(decoding: text[..<index], as: UTF8.self))
        }
    }
}
