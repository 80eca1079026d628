import EventLoop
import JSON
import Model
import TestKit
import Testing

/// A declaration that an agent is too old for waits for one that is not; nothing starts with less than declared.
@Suite(.onLoop, .serialized) struct CapabilityTests {
    @Test @LoopActor func whatANodeIsTooOldForWaitsAndNothingElseMoves() async throws {
        var made: Relay?
        defer { made?.close() }
        try await ProgramFleet.run(settings: { programs in
            var years = OtherWord("\"cap_drop\"", instead: "\"cap_____\"")
            let link = try Relay(to: programs.port) { years.replaced(in: $0) }
            made = link
            return ["FLEDX_AGENT_CONTROL_PLANE_URL": "http://127.0.0.1:\(link.port)"]
        }) { fleet in
            let programs = fleet.programs
            let old = try await Containers.of(fleet.changed, on: fleet.docker).runningIDs
            let body =
                #"{"name":"capable","image":"\#(fleet.image)","replicas":1,"cap_drop":["NET_RAW"],"#
                + #""strategy":{"healthy_after_secs":0}}"#
            #expect(try await programs.call(.post, "/api/v1/deployments", body).0 == 201)
            let change = #"{"cap_drop":["NET_RAW"]}"#
            let path = "/api/v1/deployments/\(fleet.changed)"
            #expect(try await programs.call(.patch, path, change).0 == 200)
            for name in ["capable", fleet.changed] { try await Self.isTooOld(name, programs) }
            // Another command reaches it, so it has heard all that it is told.
            let other = KillTests.body("plain", fleet.image, replicas: 1)
            #expect(try await programs.call(.post, "/api/v1/deployments", other).0 == 201)
            try await programs.awaitRunning("plain", replicas: 1)
            #expect(try await Containers.of("capable", on: fleet.docker).all.isEmpty)
            #expect(try await Containers.of(fleet.changed, on: fleet.docker).runningIDs == old)
            try await fleet.isUntouched("too old for another deployment")
            try await fleet.isPulling()
            // It is replaced by one that knows how.
            try programs.killAgent()
            try programs.startAgent()
            try await programs.awaitRunning("capable", replicas: 1)
            try await programs.eventually("the update goes on") {
                let now = try await Containers.of(fleet.changed, on: fleet.docker).runningIDs
                return now.count == 2 && now.isDisjoint(with: old)
            }
            try await fleet.isUntouched("replaced by a newer agent")
            for name in ["capable", "plain"] {
                #expect(try await programs.call(.delete, "/api/v1/deployments/\(name)").0 == 204)
            }
        }
    }

    @LoopActor private static func isTooOld(_ name: String, _ programs: Programs) async throws {
        try await programs.eventually("\(name) says for what it waits") {
            let detail = try await programs.call(.get, "/api/v1/deployments/\(name)").1
            guard "\(detail)".contains("agent_too_old: cap_drop") else {
                throw Programs.Failure(description: "\(detail)")
            }
            return true
        }
    }
}

/// Puts another word of the same length in the place of one, also where that arrives in two pieces.
private struct OtherWord {
    private let word: [UInt8]
    private let other: [UInt8]
    private var kept: [UInt8] = []

    init(_ word: String, instead other: String) {
        self.word = Array(word.utf8)
        self.other = Array(other.utf8)
    }

    mutating func replaced(in bytes: [UInt8]) -> [UInt8] {
        var all = kept + bytes
        var index = 0
        while index + word.count <= all.count {
            if all[index] == word[0], Array(all[index..<(index + word.count)]) == word {
                all.replaceSubrange(index..<(index + word.count), with: other)
            }
            index += 1
        }
        let begun =
            (1..<word.count).last { all.count >= $0 && all.suffix($0).elementsEqual(word.prefix($0)) } ?? 0
        // A lone quotation mark may be the end of anything.
        let length = begun > 1 ? begun : 0
        kept = Array(all.suffix(length))
        return Array(all.dropLast(length))
    }
}
