import JSON
import Model
import NodeCore
import TestKit
import Testing

@testable import Agent

/// The reader of `runtime.json` against `Codable`, which wrote it.
@Suite struct MemoryReaderTests {
    /// Entries with every member that one can have.
    private static let text = """
        {"version":1,"replicas":[
         {"assignmentID":"05106ec9-5c6f-456c-a8ba-ba4ca81b6a1c","generation":1,"restartCount":2,
          "consecutiveFailures":3,"knownGood":{"containerID":"c9ee6eaa1fe1ceec","imageID":"sha256:c1146c4a1498224c",
          "specHash":"824a029a4229ed1f1e26f6bc9e393a31","generation":1,
          "health":{"liveness":{"type":"http","port":80,"path":"/"}}},"previousImageID":"sha256:old",
          "switching":{"specHash":"s","keptContainerID":"k"},
          "rejected":{"generation":2,"specHash":"r","reason":"why","awaitsPort":true},
          "stoppedContainerID":"d","resolved":[{"specHash":"s","image":"i:1","digest":"i@sha256:1"}]},
         {"assignmentID":"05106ec9-5c6f-456c-a8ba-ba4ca81b6a1d","generation":4,"restartCount":0,
          "consecutiveFailures":0,"knownGood":{"containerID":"c9ee6eaa1fe1cee0","imageID":"sha256:c1146c4a1498224c",
          "specHash":"824a029a4229ed1f1e26f6bc9e393a32","generation":null,
          "health":{"liveness":{"type":"http","port":80,"path":"/"}},"later":[]},"later":{"a":1},
          "resolved":[{"specHash":"s","image":"i:1","digest":"i@sha256:1"}]}],
         "images":[{"imageID":"i","name":"n","lastNeeded":"2026-11-27T10:00:00.000Z"}]}
        """

    /// Whether both readers say the same of it; nil says that both refuse it.
    private func agreed(_ bytes: [UInt8]) -> NodeMemory? {
        let read = try? MemoryReader.decode(bytes)
        let text = String(decoding: bytes, as: UTF8.self)
        #expect(read == (try? JSONCoder.decode(NodeMemory.self, from: bytes)), "\(text)")
        return read
    }

    @Test func everyMemberIsRead() throws {
        let memory = try #require(agreed(Array(Self.text.utf8)))
        let (first, second) = (memory.replicas[0], memory.replicas[1])
        // A member that is added must stand in the text, so that both readers are asked for it.
        let good = try #require(first.knownGood)
        let members = [Mirror(reflecting: first), Mirror(reflecting: good)].flatMap(\.children)
        #expect(members.filter { "\($0.value)" == "nil" }.compactMap(\.label).isEmpty)
        #expect(first.rejected?.awaitsPort == true && first.switching?.specHash == "s")
        #expect(first.stoppedContainerID == ContainerID("d") && first.previousImageID == "sha256:old")
        #expect(second.knownGood?.health == first.knownGood?.health && second.resolved == first.resolved)
        #expect(second.knownGood?.specHash.hasSuffix("2") == true && memory.images?.count == 1)
        #expect(agreed(try JSONCoder.encode(memory)) == memory)
    }

    /// Damaged files are refused by both, or mean the same to both.
    @Test func damagedFilesMeanTheSame() {
        let bytes = Array(Self.text.utf8)
        var random = SeededIDSource(seed: 20_261_127)
        var refused = 0
        let count = 3000
        for _ in 0..<count {
            if agreed(bytes.damaged(using: &random)) == nil { refused += 1 }
        }
        #expect(refused > 0 && refused < count)
    }
}
