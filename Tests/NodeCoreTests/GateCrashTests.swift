import Model
import NodeCore
import Testing

/// Trials and rejections over crashes, outages and re-sent documents, and what is known of images.
@Suite struct GateCrashTests {
    private static let c1 = ContainerID("c1")
    private static let c2 = ContainerID("c2")

    // MARK: crashes and outages

    @Test(
        arguments: ["stop c1 app:1", "start c2 app:2", "start c1 app:1", "remove c2 app:2"], [false, true])
    func anAgentThatDiesAtAnyStepEndsWithTheSameOldContainer(step: String, isReboot: Bool) {
        let world = World.serving()
        world.engine.programs["app:2"] = .init(livesMilliseconds: 1000)
        world.update()
        world.run { world.log.contains(step) }
        isReboot ? world.reboot() : world.restartAgent()
        world.run(100)
        world.dockerUp()
        world.run(60_000)
        #expect(world.running == [Self.c1])
        #expect(world.said?.rejectedGeneration == 2)
        #expect(world.ledger.mostSwitches <= 2)
        #expect(world.ledger.problems.isEmpty)
    }

    /// What a life of the agent did not see begin says nothing against the generation: it is started once more.
    @Test(arguments: [true, false]) func anEndThatNobodySawBeginRejectsNothing(isHeard: Bool) throws {
        let world = World.serving()
        world.update()
        world.run { world.running == [Self.c2] }
        world.restartAgent()
        if isHeard {
            world.dockerUp()
            world.run(100)
        }
        world.crash(Self.c2, code: 137)
        if !isHeard { world.dockerUp() }
        world.run(20_000)
        #expect(world.said?.rejectedGeneration == nil)
        #expect(world.running == [Self.c2])
    }

    @Test func aFirstStartThatFailsAfterADeathRejectsNothing() {
        let world = World.serving()
        world.engine.programs["app:2"] = .init(startFailure: ActionFailure(.other, "is being started"))
        world.update()
        world.run { world.log.contains("create app:2") && world.engine.containers[Self.c2] != nil }
        world.restartAgent()
        world.dockerUp()
        world.run { world.log.contains("start c2 app:2") }
        world.run(20)
        world.engine.programs["app:2"] = .init()
        world.run(30_000)
        #expect(world.said?.rejectedGeneration == nil)
        #expect(world.running == [Self.c2])
    }

    @Test func anAgentThatDiesBetweenStopAndStartGoesOnToTheNew() {
        let world = World.serving()
        world.update()
        world.run { world.engine.containers[Self.c1]?.fact.state.isAlive == false }
        #expect(world.durable.replicas.first?.switching?.keptContainerID == Self.c1)
        world.restartAgent()
        world.dockerUp()
        world.run(4000)
        #expect(world.running == [Self.c2])
        #expect(world.engine.containers[Self.c1] != nil)
        world.run(4000)
        #expect(world.engine.containers[Self.c1] == nil)
    }

    @Test func aRejectionIsOnDiskBeforeTheKeptOneStarts() {
        let world = World.serving()
        world.engine.programs["app:2"] = .init(livesMilliseconds: 1000)
        world.update()
        world.run { world.log.contains("start c1 app:1") }
        #expect(world.durable.replicas.first?.rejected?.generation == 2)
    }

    @Test func aFullDiskDoesNotHoldTheWayBackUp() {
        let world = World.serving()
        world.engine.programs["app:2"] = .init(livesMilliseconds: 1000)
        world.update()
        world.run { world.running == [Self.c2] }
        world.engine.memoryFailure = ActionFailure(.other, "no space left on device")
        world.run(1500)
        #expect(world.running == [Self.c1])
    }

    @Test func aGracefulEndOfTheKeptOneDoesNotKeepItDown() {
        let world = World.serving()
        world.engine.programs["app:2"] = .init(livesMilliseconds: 1000)
        world.update(restart: RestartSpec(policy: .never))
        world.run { world.durable.replicas.first?.rejected != nil }
        world.restartAgent()
        world.dockerUp()
        world.run(2000)
        #expect(world.running == [Self.c1])
    }

    @Test func anOutageOfDockerOnTrialIsNoFailure() {
        let world = World.serving()
        world.update()
        world.run { world.running == [Self.c2] }
        world.dockerDown()
        world.run(120_000)
        world.dockerUp()
        world.run(10_000)
        #expect(world.running == [Self.c2])
        #expect(world.said?.rejectedGeneration == nil)
    }

    @Test func aRejectionOutlivesTheAgentWithItsReason() {
        let world = World.serving()
        world.engine.programs["app:2"] = .init(livesMilliseconds: 1000)
        world.update()
        world.run(20_000)
        _ = world.takeLog()
        world.restartAgent()
        world.dockerUp()
        world.run(60_000)
        #expect(world.takeLog().isEmpty)
        #expect(world.said?.rejectedGeneration == 2)
        #expect(world.said?.message?.contains("exited with code 1") == true)
    }

    // MARK: images

    @Test func theDigestOfTheServingImageIsReported() {
        let world = World.serving()
        world.engine.programs["app:2"] = .init(digest: "app@sha256:2", livesMilliseconds: 3000)
        #expect(world.said?.imageDigest == nil)
        world.update()
        world.run(2000)
        #expect(world.said?.imageDigest == "app@sha256:2")
        world.run(5000)
        #expect(world.said?.imageDigest == nil)
    }

    @Test func aDigestIsStillKnownAfterAnAgentRestart() {
        let world = World()
        world.engine.programs["app:1"] = .init(digest: "app@sha256:1")
        world.dockerUp()
        world.apply([Fixtures.replica()])
        world.run(20_000)
        world.restartAgent()
        world.dockerUp()
        world.run(1000)
        #expect(world.said?.imageDigest == "app@sha256:1")
    }

    @Test func anImagePinnedToWhatRunsHereTouchesNothing() {
        let world = World()
        world.engine.programs["app:1"] = .init(digest: "app@sha256:1")
        world.dockerUp()
        world.apply([Fixtures.replica()])
        world.run(20_000)
        _ = world.takeLog()
        world.apply([Fixtures.replica(image: "app@sha256:1")])
        world.run(20_000)
        #expect(world.takeLog().isEmpty)
        world.apply([Fixtures.replica(image: "app@sha256:2", generation: 2)])
        world.run(20_000)
        #expect(world.runningImages() == ["app@sha256:2"])
    }

    @Test(arguments: [false, true])
    func aContainerMadeFromItsPinIsStillTheSameReplica(_ restarts: Bool) {
        let world = World()
        world.engine.programs["app:1"] = .init(digest: "app@sha256:1")
        world.engine.programs["app@sha256:1"] = .init(digest: "app@sha256:1")
        world.dockerUp()
        world.apply([Fixtures.replica()])
        world.run(20_000)
        world.apply([Fixtures.replica(image: "app@sha256:1")])
        world.run(20_000)
        if let id = world.engine.containers.keys.first { world.removeBehindOurBack(id) }
        world.run(20_000)
        #expect(world.runningImages() == ["app@sha256:1"])
        _ = world.takeLog()
        if restarts {
            world.restartAgent()
            world.dockerUp()
        }
        world.apply([Fixtures.replica(image: "app@sha256:1"), Fixtures.replica(2, hostPort: nil)])
        world.run(20_000)
        #expect(!world.takeLog().contains { $0.contains("stop") || $0.contains("remove") })
    }
}
