import JSON
import Testing

@Suite struct CoderTests {
    private struct Port: Codable, Equatable {
        var hostPort: UInt16
        var name: String?
        enum CodingKeys: String, CodingKey {
            case hostPort = "host_port"
            case name
        }
    }

    private enum Phase: String, Codable { case running, stopped }

    private struct Service: Codable, Equatable {
        var name: String
        var phase: Phase
        var ports: [Port]
        var labels: [String: String]
        var weight: Double
        var ratio: Float
        var nested: [[Int8]]
        var maybe: [Int?]
        var raw: JSONNode
    }

    private struct Widths: Codable, Equatable {
        var int = Int.min, int8 = Int8.min, int16 = Int16.min, int32 = Int32.min, int64 = Int64.min
        var uint = UInt.max, uint8 = UInt8.max, uint16 = UInt16.max, uint32 = UInt32.max, uint64 = UInt64.max
        var bool = true, float: Float = 0.1, double = 0.1
        var list: [UInt64] = [0, .max]
    }

    private enum Choice: Codable, Equatable {
        case none
        case port(number: Int)
        case pair(Int, String)
    }

    private class Base: Codable {
        var base = 1
    }

    private final class Derived: Base {
        var own = 2
        private enum CodingKeys: CodingKey { case own }
        override init() { super.init() }
        required init(from decoder: any Decoder) throws {
            let keyed = try decoder.container(keyedBy: CodingKeys.self)
            own = try keyed.decode(Int.self, forKey: .own)
            try super.init(from: keyed.superDecoder())
        }
        override func encode(to encoder: any Encoder) throws {
            var keyed = encoder.container(keyedBy: CodingKeys.self)
            try keyed.encode(own, forKey: .own)
            try super.encode(to: keyed.superEncoder())
        }
    }

    /// Writes two nested containers of one key, and reads them back.
    private struct Flattened: Codable, Equatable {
        var x = 1, y = 2, list = [3, 4]
        private enum Outer: CodingKey { case point, list }
        private enum Inner: CodingKey { case x, y }
        init() {}
        init(from decoder: any Decoder) throws {
            let outer = try decoder.container(keyedBy: Outer.self)
            let point = try outer.nestedContainer(keyedBy: Inner.self, forKey: .point)
            x = try point.decode(Int.self, forKey: .x)
            y = try point.decode(Int.self, forKey: .y)
            var elements = try outer.nestedUnkeyedContainer(forKey: .list)
            var first = try elements.nestedUnkeyedContainer()
            let second = try elements.nestedContainer(keyedBy: Inner.self)
            list = [try first.decode(Int.self), try second.decode(Int.self, forKey: .x)]
        }
        func encode(to encoder: any Encoder) throws {
            var outer = encoder.container(keyedBy: Outer.self)
            var first = outer.nestedContainer(keyedBy: Inner.self, forKey: .point)
            try first.encode(x, forKey: .x)
            var second = outer.nestedContainer(keyedBy: Inner.self, forKey: .point)
            try second.encode(y, forKey: .y)
            var elements = outer.nestedUnkeyedContainer(forKey: .list)
            var inner = elements.nestedUnkeyedContainer()
            try inner.encode(list[0])
            var keyed = elements.nestedContainer(keyedBy: Inner.self)
            try keyed.encode(list[1], forKey: .x)
        }
    }

    private func roundTrip<T: Codable>(_ value: T) throws -> T {
        try JSONCoder.decode(T.self, from: try JSONCoder.encode(value))
    }

    private func refusal<T: Decodable>(_ type: T.Type, _ text: String) -> JSONError? {
        do throws(JSONError) {
            _ = try JSONCoder.decode(type, from: Samples.bytes(text))
            return nil
        } catch {
            return error
        }
    }

    @Test func structuresSurviveTheRoundTrip() throws {
        let service = Service(
            name: "wéb", phase: .running, ports: [Port(hostPort: 80), Port(hostPort: 81, name: "x")],
            labels: ["b": "2", "a": "1", "c": "3"], weight: 1.5, ratio: 0.25, nested: [[], [1, -2]],
            maybe: [1, nil, 3], raw: .object(["k": [1.5, .null]]))
        #expect(try roundTrip(service) == service)
        #expect(try roundTrip(Widths()) == Widths())
        #expect(
            try roundTrip([Choice.none, .port(number: 4), .pair(1, "b")]) == [
                .none, .port(number: 4), .pair(1, "b"),
            ])
        #expect(try roundTrip(Flattened()) == Flattened())
        #expect(try roundTrip(["x": [1: "a"]]) == ["x": [1: "a"]])
        #expect(try roundTrip(Optional<Int>.none) == nil)
        #expect(try roundTrip("alone") == "alone")
        let derived = try roundTrip(Derived())
        #expect(derived.own == 2 && derived.base == 1)
    }

    @Test func membersKeepDeclarationOrderAndDictionariesAreSorted() throws {
        let labels = Dictionary(uniqueKeysWithValues: (0..<20).map { ("k\($0)", $0) })
        let expected = labels.keys.sorted().map { "\"\($0)\":\(labels[$0] ?? 0)" }.joined(separator: ",")
        #expect(Samples.text(try JSONCoder.encode(labels)) == "{\(expected)}")
        #expect(
            Samples.text(try JSONCoder.encode(Port(hostPort: 80, name: "x")))
                == #"{"host_port":80,"name":"x"}"#)
        #expect(Samples.text(try JSONCoder.encode(Port(hostPort: 80))) == #"{"host_port":80}"#)
        #expect(
            Samples.text(try JSONCoder.encode(Flattened()))
                == #"{"point":{"x":1,"y":2},"list":[[3],{"x":4}]}"#)
        #expect(Samples.text(try JSONCoder.encode([1], pretty: true)) == "[\n  1\n]")
    }

    @Test func errorsSayPathAndPosition() {
        let list = "{\"ports\":[\n  {\"host_port\": \"x\"}]}"
        let mismatch = refusal([String: [Port]].self, list)
        #expect(mismatch?.code == .typeMismatch)
        #expect(
            mismatch?.description
                == "ports[0].host_port: expected a number, found a string (line 2, column 17)")
        let missing = refusal([String: [Port]].self, "{\"ports\":[{\"host_port\":1},{}]}")
        #expect(missing?.code == .missingKey)
        #expect(missing?.path == "ports[1].host_port")
        #expect(missing?.column == 27)
        let range = refusal([Port].self, "[{\"host_port\":65536}]")
        #expect(range?.code == .numberRange)
        #expect(range?.path == "[0].host_port")
        let null = refusal([Port].self, "[{\"host_port\":null}]")
        #expect(null?.code == .typeMismatch)
        #expect(refusal([Port].self, "{}")?.code == .typeMismatch)
        #expect(refusal(Port.self, "[]")?.code == .typeMismatch)
        let phase = refusal([String: Phase].self, "{\"p\":\"gone\"}")
        #expect(phase?.code == .invalidValue)
        #expect(phase?.path == "p")
        #expect(phase?.column == 6)
        #expect(refusal(Port.self, "{\"host_port\":1")?.code == .unexpectedEnd)
    }

    @Test func everyIntegerWidthRefusesWhatDoesNotFit() {
        #expect(refusal([Int8].self, "[128]")?.code == .numberRange)
        #expect(refusal([Int16].self, "[32768]")?.code == .numberRange)
        #expect(refusal([Int32].self, "[2147483648]")?.code == .numberRange)
        #expect(refusal([Int64].self, "[9223372036854775808]")?.code == .numberRange)
        #expect(refusal([UInt8].self, "[256]")?.code == .numberRange)
        #expect(refusal([UInt16].self, "[-1]")?.code == .numberRange)
        #expect(refusal([UInt32].self, "[4294967296]")?.code == .numberRange)
        #expect(refusal([UInt64].self, "[18446744073709551616]")?.code == .numberRange)
        #expect(refusal([Int].self, "[1.5]")?.code == .numberRange)
        #expect(refusal([Float].self, "[1e39]")?.code == .numberRange)
    }

    @Test func nonFiniteNumbersAreNotEncoded() {
        #expect(throws: JSONError.self) { try JSONCoder.encode([Double.nan]) }
        #expect(throws: JSONError.self) { try JSONCoder.encode([Float.infinity]) }
        let error = #expect(throws: JSONError.self) { try JSONCoder.encode(["a": [1, Double.infinity]]) }
        #expect(error?.path == "a[1]")
    }

    @Test func arraysEndWhereTheyEnd() {
        struct Pair: Decodable {
            init(from decoder: any Decoder) throws {
                var elements = try decoder.unkeyedContainer()
                _ = try elements.decode(Int.self)
                _ = try elements.decode(Int.self)
            }
        }
        #expect(refusal(Pair.self, "[1,2]") == nil)
        #expect(refusal(Pair.self, "[1]")?.code == .missingKey)
        #expect(refusal(Pair.self, "[1]")?.path == "[1]")
    }

    @Test func aTypesOwnErrorGetsItsPlace() {
        struct Refused: Error {}
        struct Picky: Decodable {
            init(from decoder: any Decoder) throws { throw Refused() }
        }
        let error = refusal([String: [Picky]].self, "{\"a\":[ 1]}")
        #expect(error?.code == .invalidValue)
        #expect(error?.path == "a[0]")
        #expect(error?.column == 8)
    }

    @Test func aTreeCanBeDecodedWithoutItsDocument() throws {
        let node: JSONNode = .object(["host_port": 80])
        #expect(try JSONCoder.decode(Port.self, from: node) == Port(hostPort: 80))
        #expect(try JSONCoder.node(of: Port(hostPort: 80)) == node)
    }
}
