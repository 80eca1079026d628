import Foundation
import JSON
import Testing

/// Our reader, writer and coder against Foundation's, on random and on damaged documents.
@Suite struct FoundationAgreementTests {
    @Test func randomTreesSurviveEveryPairOfCoders() throws {
        for seed in UInt64(0)..<200 {
            var generator = SeededGenerator(seed: seed)
            let tree = Tree.random(&generator)
            let ours = try JSONCoder.encode(tree)
            #expect(try JSONDecoder().decode(Tree.self, from: Data(ours)) == tree, "seed \(seed)")
            let theirs = [UInt8](try JSONEncoder().encode(tree))
            #expect(try JSONCoder.decode(Tree.self, from: theirs) == tree, "seed \(seed)")
            #expect(try JSONNode.parse(tree.node.encoded(pretty: seed % 2 == 0)) == tree.node, "seed \(seed)")
            var reader = try JSONReader(theirs)
            #expect(try reader.readNode() == tree.node, "seed \(seed)")
        }
    }

    @Test func everyDoubleIsReadAsFoundationReadsIt() throws {
        var generator = SeededGenerator(seed: 7)
        for _ in 0..<5000 {
            let double = Double(bitPattern: generator.next())
            guard double.isFinite else { continue }
            let text = JSONNode.double(double).encoded()
            #expect(try JSONNode.parse(text).doubleValue == double)
            #expect(try JSONDecoder().decode(Double.self, from: Data(text)) == double)
            let digits = Int.random(in: 1...25, using: &generator)
            let decimal = (0..<digits).map { _ in String(Int.random(in: 1...9, using: &generator)) }.joined()
            let number = "-\(decimal).5e\(Int.random(in: -40...40, using: &generator))"
            var reader = try JSONReader(Array(number.utf8))
            #expect(try reader.readDouble() == Double(number), "\(number)")
        }
    }

    @Test func damagedDocumentsAreJudgedAsFoundationJudgesThem() {
        let seeds = [
            Samples.bytes(Samples.everything), Array(Samples.heartbeat.prefix(120)), Samples.bytes("[1.5e3]"),
        ]
        var generator = SeededGenerator(seed: 42)
        var accepted = 0
        for round in 0..<20_000 {
            var bytes = seeds[round % seeds.count]
            for _ in 0..<Int.random(in: 1...3, using: &generator) { Damage.apply(&bytes, &generator) }
            let refusal = Samples.refusal(bytes)
            #expect(Samples.readerRefusal(bytes)?.code == refusal?.code, "round \(round)")
            if refusal == nil { accepted += 1 }
            guard !Damage.isDeliberateDifference(refusal, bytes) else { continue }
            let theirs =
                (try? JSONSerialization.jsonObject(with: Data(bytes), options: .fragmentsAllowed)) != nil
            #expect((refusal == nil) == theirs, "round \(round): \(Samples.text(bytes))")
        }
        #expect(accepted > 500, "the damage is too heavy to say anything")
    }
}

private enum Damage {
    private static let tokens = [
        "{", "}", "[", "]", ",", ":", "\"", "\\", "0", "-", "e", ".", " ", "null", "true", "\\u00e9",
        "\\ud800", "é",
    ]

    /// Changes, removes, doubles or inserts something.
    static func apply(_ bytes: inout [UInt8], _ generator: inout SeededGenerator) {
        guard !bytes.isEmpty else { return bytes.append(UInt8.random(in: 0...255, using: &generator)) }
        let place = Int.random(in: 0..<bytes.count, using: &generator)
        switch Int.random(in: 0..<6, using: &generator) {
        case 0: bytes[place] = UInt8.random(in: 0...255, using: &generator)
        case 1: bytes[place] = UInt8.random(in: 0x20...0x7E, using: &generator)
        case 2: bytes.remove(at: place)
        case 3: bytes.insert(contentsOf: (tokens.randomElement(using: &generator) ?? " ").utf8, at: place)
        case 4: bytes.removeSubrange(place..<min(place + 9, bytes.count))
        default: bytes.insert(contentsOf: bytes[place..<min(place + 9, bytes.count)], at: place)
        }
    }

    private static func isTrailingComma(_ refusal: JSONError?, _ bytes: [UInt8]) -> Bool {
        guard let offset = refusal?.offset, bytes.indices.contains(offset) else { return false }
        guard "]}".utf8.contains(bytes[offset]) else { return false }
        return bytes[..<offset].last { !" \t\r\n".utf8.contains($0) } == UInt8(ascii: ",")
    }

    /// Where we differ from Foundation on purpose.
    ///
    /// We refuse duplicate keys, depth beyond 64 and numbers without a finite double. Foundation also takes commas
    /// before a closing bracket, UTF-16, UTF-32 and byte order marks.
    static func isDeliberateDifference(_ refusal: JSONError?, _ bytes: [UInt8]) -> Bool {
        switch refusal?.code {
        case .duplicateKey, .depth, .numberRange: return true
        case .syntax where isTrailingComma(refusal, bytes): return true
        default: return bytes.prefix(4).contains { $0 == 0 || $0 >= 0xEF }
        }
    }
}
