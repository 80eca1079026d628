import EventLoop
import JSON
import Model
import TestKit
import Testing

/// `kill -9` of the control plane amid random changes: what was acknowledged is there after the next start.
@Suite(.onLoop, .serialized) struct MutationKillTests {
    @Test(.timeLimit(.minutes(20))) @LoopActor func everyAcknowledgedChangeSurvives() async throws {
        let count = TestEnvironment.count(short: 100, long: 1000)
        let programs = try Programs(dockerHost: "unix:///nowhere")
        defer { programs.end() }
        try await programs.startControlPlane()
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
            try await programs.startControlPlane()
            try await wished.settle(command, acknowledged: acknowledged, programs)
            for (name, promise) in wished.deployments {
                let (status, detail) = try await programs.call(.get, "/api/v1/deployments/\(name)")
                #expect(status == 200, "\(name) is gone after kill \(kills)")
                #expect(detail["replicas"]?.intValue == Int64(promise.replicas))
                #expect(detail["env"]?["ROUND"]?.stringValue == promise.round)
            }
        }
        print("\(count) changes, \(kills) kills -9, \(unanswered) of them without an answer")
        #expect(kills > count / 20)
    }
}
