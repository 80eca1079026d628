import Testing

@testable import JSON

/// Values are written directly where they can be, and always as their tree says.
@Suite struct DirectCoderTests {
    private struct Flat: Encodable {
        struct Inner: Encodable {
            var a = 1
            var list: [Int?] = [1, nil]
        }
        var last = "z"
        private enum Key: CodingKey { case last }
        func encode(to encoder: any Encoder) throws {
            try Inner().encode(to: encoder)
            var keyed = encoder.container(keyedBy: Key.self)
            try keyed.encode(last, forKey: .last)
        }
    }

    /// Writes to two containers in turn.
    private struct Crossed: Encodable {
        private enum Key: CodingKey { case a, b, x, y }
        func encode(to encoder: any Encoder) throws {
            var outer = encoder.container(keyedBy: Key.self)
            var first = outer.nestedContainer(keyedBy: Key.self, forKey: .a)
            var second = outer.nestedUnkeyedContainer(forKey: .b)
            try first.encode(1, forKey: .x)
            try second.encode(2)
            try first.encode(3, forKey: .y)
        }
    }

    private struct Twice: Encodable {
        private enum Key: CodingKey { case a, b }
        func encode(to encoder: any Encoder) throws {
            var keyed = encoder.container(keyedBy: Key.self)
            try keyed.encode(1, forKey: .a)
            try keyed.encode(2, forKey: .b)
            try keyed.encode([3], forKey: .a)
        }
    }

    private struct Silent: Encodable { func encode(to encoder: any Encoder) {} }

    private struct Holder<Value: Encodable>: Encodable {
        var before = 1
        var value: Value
        var after = [true]
    }

    private func tree(_ value: some Encodable, pretty: Bool = false) throws -> String {
        Samples.text(try JSONCoder.node(of: value).encoded(pretty: pretty))
    }

    private func expectDirect(_ value: some Encodable) throws {
        let held = Holder(value: value)
        for pretty in [false, true] {
            let (alone, inside) = (JSONCoder.direct(value, pretty), JSONCoder.direct(held, pretty))
            #expect(try alone.map { Samples.text($0) } == tree(value, pretty: pretty))
            #expect(try inside.map { Samples.text($0) } == tree(held, pretty: pretty))
        }
    }

    private func expectTree(_ value: some Encodable) throws {
        #expect(JSONCoder.direct(value) == nil)
        #expect(Samples.text(try JSONCoder.encode(value)) == (try tree(value)))
        #expect(Samples.text(try JSONCoder.encode([value])) == (try tree([value])))
    }

    @Test func ordinaryValuesAreWrittenDirectly() throws {
        try expectDirect(Flat())
        try expectDirect([Flat(), Flat()])
        try expectDirect([String: [Int]]())
        try expectDirect(["b": [1], "a": [], "c": [2, 3]])
        try expectDirect(["x": ["d": 1, "c": 2], "a\"\n": [:]])
        try expectDirect([3: "three"])
        try expectDirect([1.5, 2, 1e300, -0.0])
        try expectDirect([Float(0.1), 1, 1e-30])
        try expectDirect([Int8.min, .max])
        try expectDirect([UInt64.max, 0])
        try expectDirect(["ü\u{1}\"\\", ""])
        let nodes: [JSONNode] = [.null, .object(["k": 1.5]), ["x", true]]
        try expectDirect(nodes)
        try expectDirect("alone")
        try expectDirect(Int?.none)
    }

    @Test func whatNeedsATreeGetsOne() throws {
        try expectTree(Crossed())
        try expectTree(Twice())
        #expect(Samples.text(try JSONCoder.encode(Twice())) == #"{"a":[3],"b":2}"#)
    }

    @Test func whatEncodesNothingIsAnEmptyObjectInsideAndAnErrorOutside() throws {
        #expect(Samples.text(try JSONCoder.encode([Silent()])) == "[{}]")
        try expectDirect([Silent()])
        #expect(throws: JSONError.self) { try JSONCoder.encode(Silent()) }
        #expect(throws: JSONError.self) { try JSONCoder.encode([Double.nan]) }
        #expect(throws: JSONError.self) { try JSONCoder.encode(["a": Float.infinity]) }
    }

    @Test func randomTreesAreWrittenAsTheirTreeSays() throws {
        var generator = SeededGenerator(seed: 4)
        for _ in 0..<200 { try expectDirect(Tree.random(&generator)) }
    }
}
