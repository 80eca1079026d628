import ArgumentParser
import JSON
import Model
import Testing

@testable import Console

@Suite struct RolloutCommandTests {
    @Test func everyStrategyFlagReachesTheBody() throws {
        let command = try #require(
            try Fledx.parseAsRoot([
                "deployments", "create", "--name", "web", "--image", "web:1", "--strategy-type", "recreate",
                "--strategy-order", "stop_first", "--max-unavailable", "2", "--max-surge", "1",
                "--healthy-after-secs", "3", "--gate-secs", "20", "--deadline-secs", "90",
                "--no-auto-rollback",
            ]) as? DeploymentsCreate)
        let expected = """
            {"strategy":{"type":"recreate","order":"stop_first","max_unavailable":2,"max_surge":1,
             "healthy_after_secs":3,"gate_secs":20,"deadline_secs":90,"auto_rollback":false}}
            """
        #expect(
            JSONNode.object(try command.fields.members()) == (try JSONNode.parse(Array(expected.utf8))))
    }

    @Test func strategyIsLeftOutUnlessNamed() throws {
        let command = try #require(
            try Fledx.parseAsRoot(["deployments", "update", "web", "--auto-rollback"]) as? DeploymentsUpdate)
        #expect(command.fields.strategy.node == .object(["auto_rollback": .bool(true)]))
        let plain = try #require(
            try Fledx.parseAsRoot(["deployments", "update", "web", "--clear-strategy"]) as? DeploymentsUpdate)
        #expect(plain.fields.strategy.node == nil)
        #expect(plain.clearing.keys == ["strategy"])
    }

    @Test func commandsTakeTheirArguments() throws {
        let rollback = try #require(
            try Fledx.parseAsRoot(["deployments", "rollback", "web", "--revision", "4"])
                as? DeploymentsRollback)
        #expect(rollback.revision == 4)
        let restart = try #require(
            try Fledx.parseAsRoot(["deployments", "restart", "web", "--repull"]) as? DeploymentsRestart)
        #expect(restart.repull)
        for verb in ["pause", "resume", "revisions"] {
            #expect(throws: Never.self) { try Fledx.parseAsRoot(["deployments", verb, "web"]) }
        }
    }

    @Test(arguments: [
        ["rollback"], ["rollback", "web", "--revision", "x"], ["restart"], ["pause"], ["resume"],
        ["revisions"],
    ])
    func incompleteCommandLinesAreRefused(_ arguments: [String]) {
        #expect(throws: (any Error).self) { try Fledx.parseAsRoot(["deployments"] + arguments) }
    }

    @Test func revisionsAreATable() {
        let list = RevisionList(items: [
            RevisionView(
                revision: 3, current: true, replicas: 2, image: "web:1", pinnedImage: "web@sha256:ab",
                cause: "rolled_back", restoredFrom: 1, createdAt: RenderingTests.now),
            RevisionView(
                revision: 2, current: false, replicas: 0, image: "web:2", pinnedImage: nil, cause: "declared",
                restoredFrom: nil, createdAt: RenderingTests.now.adding(milliseconds: -60_000)),
        ])
        let expected = """
            REVISION  CURRENT  REPLICAS  CAUSE             PINNED  AGE  IMAGE
            3         yes      2         rolled_back to 1  yes     0s   web@sha256:ab
            2         no       0         declared          no      60s  web:2

            """
        #expect(RolloutText.revisions(list, now: RenderingTests.now) == expected)
    }

    @Test func rolloutLineSaysWhatIsGoingOn() {
        var detail = RenderingTests.detail(.deploying, [RenderingTests.instance(0, state: .running)])
        detail.rollout = RolloutView(
            phase: .rollingBack, generation: 3, updated: 0, total: 1, step: "1 replica to become healthy",
            reason: "generation 2 failed", restoredFrom: 1, since: RenderingTests.now)
        let line =
            "rolling_back, 0/1 updated, restores revision 1; 1 replica to become healthy; generation 2 failed"
        #expect(DeploymentText.detail(detail, now: RenderingTests.now).contains("ROLLOUT:     \(line)\n"))
        #expect(
            DeploymentText.update(detail, "restarts") == "deployment web restarts; generation 2, 1/1 ready\n")
        detail.generation = 3
        #expect(
            DeploymentText.rollback(detail)
                == "deployment web goes back from revision 2 to revision 1, as revision 3; 1/1 ready\n")
    }
}
