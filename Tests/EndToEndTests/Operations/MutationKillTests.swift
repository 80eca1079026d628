import EventLoop
import JSON
import Model
import TestKit
import Testing

/// `kill -9` of the control plane amid random changes: what was acknowledged is there after the next start.
@Suite(.onLoop, .serialized) struct MutationKillTests {
    /// What the database lies on.
    enum Store: String, CaseIterable, Sendable {
        case system = "the system's files"
        /// What was not synchronised goes with the process, a random part of it excepted.
        case unsynchronisedIsLost = "files that lose what was not synchronised"
        /// The same, and synchronising does nothing.
        case deaf = "files that are never synchronised"

        /// The environment of one life of the unchanged program.
        func environment(life: Int) -> [String: String] {
            guard self != .system else { return [:] }
            var environment = [
                "LD_PRELOAD": Child.built("libPowerCut.so"), "FLEDX_POWER_CUT_SEED": "\(life)",
            ]
            if self == .deaf { environment["FLEDX_POWER_CUT_DEAF"] = "1" }
            return environment
        }
    }

    @Test(.timeLimit(.minutes(20)), arguments: [Store.system, .unsynchronisedIsLost])
    @LoopActor func everyAcknowledgedChangeSurvives(on store: Store) async throws {
        let count = TestEnvironment.count(short: 100, long: 1000)
        let programs = try Programs(dockerHost: "unix:///nowhere")
        defer { programs.end() }
        try await programs.startControlPlane(store.environment(life: 0))
        var random = SeededRandom(seed: 20_261_125)
        var wished = Wished()
        var kills = 0
        var unanswered = 0
        var untilKill = Int(random.nextRandom() % 12)
        for _ in 0..<count {
            let command = wished.nextCommand(&random, image: "nginx:1")
            guard untilKill == 0 else {
                untilKill -= 1
                let acknowledged = await KillTests.send(command, programs)
                #expect(acknowledged)
                try await wished.settle(command, acknowledged: acknowledged, programs)
                continue
            }
            untilKill = Int(random.nextRandom() % 12)
            let delay = Int64(random.nextRandom() % 12)
            async let answer = KillTests.send(command, programs)
            try await LoopActor.sleep(milliseconds: delay)
            try programs.killControlPlane()
            let acknowledged = await answer
            kills += 1
            unanswered += acknowledged ? 0 : 1
            try await programs.startControlPlane(store.environment(life: kills))
            try await wished.settle(command, acknowledged: acknowledged, programs)
            for (name, promise) in wished.deployments {
                let (status, detail) = try await programs.call(.get, "/api/v1/deployments/\(name)")
                #expect(status == 200, "\(name) is gone after kill \(kills)")
                #expect(detail["replicas"]?.intValue == Int64(promise.replicas))
                #expect(detail["env"]?["ROUND"]?.stringValue == promise.round)
            }
        }
        print(
            "\(store.rawValue): \(count) changes, \(kills) kills -9, \(unanswered) of them without an answer")
        #expect(kills > count / 20)
    }

    /// The layer below the program can be seen to do what the test above counts on.
    @Test(.timeLimit(.minutes(2)))
    @LoopActor func withoutSynchronisationTheSameKillLosesWhatWasAcknowledged() async throws {
        let programs = try Programs(dockerHost: "unix:///nowhere")
        defer { programs.end() }
        try await programs.startControlPlane()
        #expect(try await programs.call(.post, "/api/v1/deployments", Self.body("kept")).0 == 201)
        try programs.killControlPlane()
        try await programs.startControlPlane(Store.deaf.environment(life: 1))
        for number in 0..<8 {
            let status = try await programs.call(.post, "/api/v1/deployments", Self.body("lost-\(number)")).0
            #expect(status == 201)
        }
        try programs.killControlPlane()
        try await programs.startControlPlane()
        let (_, list) = try await programs.call(.get, "/api/v1/deployments")
        let names = list["items"]?.arrayValue?.compactMap { $0["name"]?.stringValue } ?? []
        #expect(names.contains("kept"))
        #expect(names.count < 9, "all of \(names) are there")
    }

    private static func body(_ name: String) -> String { KillTests.body(name, "nginx:1", replicas: 1) }
}
