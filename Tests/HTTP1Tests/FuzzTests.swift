import HTTP1
import Model
import TestKit
import Testing

/// Seeded mutations of the case table: never a crash, never two readings of the same bytes.
@Suite struct FuzzTests {
    @Test(arguments: SeededRandom.seeds(count: TestEnvironment.count(short: 40, long: 2_000)))
    func mutatedRequestsReadAlikeHoweverSplit(_ seed: UInt64) {
        var random = SeededRandom(seed: seed)
        let seeds = RequestCase.all.filter { $0.bytes.count < 2_000 }
        for _ in 0..<100 {
            let bytes = mutate(seeds[Int.random(in: 0..<seeds.count, using: &random)].bytes, seeds, &random)
            let whole = Reading.requests([bytes])
            let split = Reading.requests(pieces(bytes, &random))
            #expect(
                split == whole, "seed \(seed): \(String(decoding: bytes, as: UTF8.self).debugDescription)")
            checkFraming(whole, bytes, seed)
        }
    }

    @Test(arguments: SeededRandom.seeds(count: TestEnvironment.count(short: 20, long: 1_000)))
    func mutatedResponsesReadAlikeHoweverSplit(_ seed: UInt64) {
        var random = SeededRandom(seed: seed)
        for _ in 0..<100 {
            let test = ResponseCase.all[Int.random(in: 0..<ResponseCase.all.count, using: &random)]
            let bytes = mutate(test.text.bytes, RequestCase.chunks, &random)
            let whole = Reading.responses([bytes], to: test.method)
            #expect(Reading.responses(pieces(bytes, &random), to: test.method) == whole, "seed \(seed)")
        }
    }

    /// A message that passed has one framing at most: the ways to see it differently were all refused.
    private func checkFraming(_ reading: Reading, _ bytes: [UInt8], _ seed: UInt64) {
        for message in reading.messages {
            let names = message.fields.map { $0.prefix { $0 != ":" }.lowercased() }
            let lengths = names.filter { $0 == "content-length" }.count
            let codings = names.filter { $0 == "transfer-encoding" }.count
            #expect(lengths + codings <= 1, "seed \(seed): \(message)")
            #expect(names.filter { $0 == "host" }.count <= 1, "seed \(seed): \(message)")
            #expect(!message.fields.contains { $0.utf8.contains(0) || $0.utf8.contains(10) })
        }
    }

    private func mutate(_ bytes: [UInt8], _ others: [RequestCase], _ random: inout SeededRandom) -> [UInt8] {
        var bytes = bytes
        let special: [UInt8] = [0, 9, 10, 13, 32, 34, 44, 48, 58, 59, 127, 128, 255]
        for _ in 0..<Int.random(in: 1...4, using: &random) {
            let at = Int.random(in: 0...bytes.count, using: &random)
            switch Int.random(in: 0..<7, using: &random) {
            case 0 where at < bytes.count: bytes[at] = UInt8.random(in: 0...255, using: &random)
            case 1 where at < bytes.count: bytes.remove(at: at)
            case 2: bytes.insert(special[Int.random(in: 0..<special.count, using: &random)], at: at)
            case 3: bytes = Array(bytes[..<at])
            case 4:
                let other = others[Int.random(in: 0..<others.count, using: &random)].bytes
                guard other.count < 2_000 else { continue }
                bytes.insert(contentsOf: other, at: at)
            case 5:
                let line = [
                    "Content-Length: 3\r\n", "Transfer-Encoding: chunked\r\n", "Host: b\r\n", "\r\n",
                    " x\r\n",
                ]
                bytes.insert(contentsOf: line[Int.random(in: 0..<line.count, using: &random)].utf8, at: at)
            default:
                let end = min(bytes.count, at + Int.random(in: 0..<20, using: &random))
                bytes.insert(contentsOf: Array(bytes[at..<end]), at: at)
            }
        }
        return bytes
    }

    private func pieces(_ bytes: [UInt8], _ random: inout SeededRandom) -> [[UInt8]] {
        var pieces: [[UInt8]] = []
        var at = 0
        while at < bytes.count {
            let end = min(bytes.count, at + Int.random(in: 1...12, using: &random))
            pieces.append(Array(bytes[at..<end]))
            at = end
        }
        return pieces
    }
}
