import Model
import NodeCore
import Testing

/// A new container must prove itself before the old one goes; else the node goes back by itself.
@Suite struct GateTests {
    private static let c1 = ContainerID("c1")
    private static let c2 = ContainerID("c2")

    private func serving(hostPort: UInt16? = 8080) -> World {
        let world = World()
        world.dockerUp()
        world.apply([Fixtures.replica(hostPort: hostPort)])
        world.run(20_000)
        _ = world.takeLog()
        return world
    }

    private func update(
        _ world: World, image: String = "app:2", generation: UInt64 = 2, hostPort: UInt16? = 8080,
        restart: RestartSpec? = nil, strategy: RolloutStrategy = RolloutStrategy()
    ) {
        world.apply([
            Fixtures.replica(
                image: image, generation: generation, hostPort: hostPort, restart: restart, strategy: strategy
            )
        ])
    }

    private func run(_ world: World, until isDone: () -> Bool) {
        let end = world.milliseconds + 60_000
        while !isDone(), world.milliseconds < end { world.run(1) }
        #expect(isDone())
    }

    private func report(_ world: World) -> InstanceReport? { world.report(Fixtures.replica()) }

    private static let rolledBack = [
        "pull app:2", "create app:2", "stop c1 app:1", "start c2 app:2", "start c1 app:1", "remove c2 app:2",
    ]

    // MARK: passing

    @Test func theOldIsKeptStoppedUntilTheNewHasBeenReadyLongEnough() {
        let world = serving()
        update(world)
        world.run(4900)
        #expect(world.takeLog() == ["pull app:2", "create app:2", "stop c1 app:1", "start c2 app:2"])
        #expect(world.engine.containers[Self.c1]?.fact.state == .exited(code: 143))
        #expect(report(world)?.state == .running)
        #expect(report(world)?.generation == 2)
        #expect(
            report(world)?.message?.hasPrefix("generation 2 is on trial until it has been ready for 5 s")
                == true)
        world.run(300)
        #expect(world.takeLog() == ["remove c1 app:1"])
        #expect(report(world)?.message == nil)
    }

    @Test func withoutASharedPortBothRunUntilTheGateHasPassed() {
        let world = serving(hostPort: nil)
        update(world, hostPort: nil)
        world.run(4900)
        #expect(world.takeLog() == ["pull app:2", "create app:2", "start c2 app:2"])
        #expect(world.running == [Self.c1, Self.c2])
        world.run(300)
        #expect(world.takeLog() == ["stop c1 app:1", "remove c1 app:1"])
    }

    @Test func theGateTakesTheDeclaredTime() {
        let world = serving()
        update(world, strategy: RolloutStrategy(healthyAfterSecs: 60))
        world.run(59_000)
        #expect(world.engine.containers.count == 2)
        world.run(2000)
        #expect(world.engine.containers.count == 1)
    }

    @Test func aJobThatEndsWellHasPassed() {
        let world = serving()
        world.engine.programs["app:2"] = .init(livesMilliseconds: 1000, exitCode: 0)
        update(world, restart: RestartSpec(policy: .onFailure))
        world.run(3000)
        #expect(world.engine.containers.keys.sorted() == [Self.c2])
        #expect(report(world)?.rejectedGeneration == nil)
    }

    @Test func theFirstContainerHasNoTrialToTalkOf() {
        let world = World()
        world.dockerUp()
        world.apply([Fixtures.replica()])
        world.run(1000)
        #expect(report(world)?.message == nil)
        #expect(report(world)?.rejectedGeneration == nil)
    }

    // MARK: order

    @Test(arguments: [
        (RolloutStrategy.Kind.rolling, RolloutStrategy.Order.auto, false, false),
        (.rolling, .auto, true, true),
        (.rolling, .stopFirst, false, true), (.rolling, .stopFirst, true, true),
        (.rolling, .startFirst, false, false),
        (.rolling, .startFirst, true, true), (.recreate, .auto, false, true),
        (.recreate, .startFirst, false, true),
    ])
    func theOrderDecidesWhoStopsFirst(
        kind: RolloutStrategy.Kind, order: RolloutStrategy.Order, isPortShared: Bool, stopsFirst: Bool
    ) {
        let port: UInt16? = isPortShared ? 8080 : nil
        let world = serving(hostPort: port)
        update(world, hostPort: port, strategy: RolloutStrategy(kind: kind, order: order))
        world.run(1000)
        let steps = world.takeLog().dropFirst(2)
        #expect(Array(steps) == (stopsFirst ? ["stop c1 app:1", "start c2 app:2"] : ["start c2 app:2"]))
        let remark = report(world)?.message?.contains("start_first is not possible") == true
        #expect(remark == (kind == .rolling && order == .startFirst && isPortShared))
        world.run(6000)
        #expect(world.running == [Self.c2])
        #expect(report(world)?.message == nil)
    }

    // MARK: failing

    @Test func anExitOnTrialBringsTheSameOldContainerBackAtOnce() {
        let world = serving()
        world.engine.programs["app:2"] = .init(livesMilliseconds: 3000, exitCode: 7)
        update(world)
        world.run(3300)
        #expect(world.takeLog() == Self.rolledBack)
        #expect(world.running == [Self.c1])
        let said = report(world)
        #expect(said?.state == .running)
        #expect(said?.generation == 1)
        #expect(said?.rejectedGeneration == 2)
        #expect(said?.containerID == "c1")
        #expect(
            said?.message
                == "generation 2 did not work here: the container exited with code 7; generation 1 is kept "
                + "until a new generation comes")
        world.run(3_600_000)
        #expect(world.takeLog().isEmpty)
    }

    @Test func anExitOnTrialBesideTheOldNeverStopsTheOld() {
        let world = serving(hostPort: nil)
        world.engine.programs["app:2"] = .init(livesMilliseconds: 3000)
        update(world, hostPort: nil)
        world.run(60_000)
        #expect(world.takeLog() == ["pull app:2", "create app:2", "start c2 app:2", "remove c2 app:2"])
        #expect(report(world)?.rejectedGeneration == 2)
    }

    @Test func whatIsNotReadyInTimeIsGivenUp() {
        let world = serving()
        update(world)
        run(world) { world.running == [Self.c2] }
        world.pause(Self.c2)
        world.run(29_000)
        #expect(report(world)?.rejectedGeneration == nil)
        world.run(2000)
        #expect(
            world.takeLog() == [
                "pull app:2", "create app:2", "stop c1 app:1", "start c2 app:2", "stop c2 app:2",
                "start c1 app:1",
                "remove c2 app:2",
            ])
        #expect(report(world)?.message?.contains("was not ready within 30 s") == true)
    }

    @Test func aStartThatHangsRunsOutOfTime() {
        let world = serving()
        world.engine.programs["app:2"] = .init(startMilliseconds: 40_000)
        update(world)
        world.run(35_000)
        #expect(report(world)?.rejectedGeneration == 2)
        world.run(10_000)
        #expect(world.running == [Self.c1])
    }

    @Test func aJobThatFailsUnderNeverIsGivenUpToo() {
        let world = serving()
        world.engine.programs["app:2"] = .init(livesMilliseconds: 1000, exitCode: 3)
        update(world, restart: RestartSpec(policy: .never))
        world.run(3000)
        #expect(world.running == [Self.c1])
        #expect(report(world)?.rejectedGeneration == 2)
    }

    @Test func aContainerRemovedOnTrialHasFailed() {
        let world = serving()
        update(world)
        run(world) { world.running == [Self.c2] }
        world.run(1000)
        world.removeBehindOurBack(Self.c2)
        world.run(1000)
        #expect(world.running == [Self.c1])
        #expect(report(world)?.message?.contains("was removed before it had proved itself") == true)
    }

    @Test func withoutRollbackTheNewIsTriedWithPausesAndTheOldStaysKept() {
        let world = serving()
        world.engine.programs["app:2"] = .init(livesMilliseconds: 100)
        update(world, strategy: RolloutStrategy(autoRollback: false))
        world.run(20_000)
        #expect(world.takeLog().filter { $0 == "start c2 app:2" }.count == 5)
        #expect(world.engine.containers[Self.c1]?.fact.state == .exited(code: 143))
        #expect(report(world)?.rejectedGeneration == nil)
        #expect(report(world)?.state == .failed)
        world.engine.programs["app:2"] = .init()
        world.run(60_000)
        #expect(world.engine.containers.keys.sorted() == [Self.c2])
    }

    @Test func anOldOneThatNeverWorkedIsNoWayBack() {
        let world = World()
        world.engine.programs["app:1"] = .init(livesMilliseconds: 100)
        world.engine.programs["app:2"] = .init(livesMilliseconds: 100)
        world.dockerUp()
        world.apply([Fixtures.replica(hostPort: 8080)])
        world.run(20_000)
        update(world)
        world.run(20_000)
        #expect(report(world)?.rejectedGeneration == nil)
        #expect(world.log.filter { $0 == "start c2 app:2" }.count > 3)
    }

    @Test func whenTheKeptOneIsGoneTheRejectedOneIsBetterThanNothing() {
        let world = serving()
        world.engine.programs["app:2"] = .init(livesMilliseconds: 1000)
        update(world)
        world.run(20_000)
        #expect(world.running == [Self.c1])
        world.removeBehindOurBack(Self.c1)
        world.run(3000)
        #expect(report(world)?.message?.contains("nothing else is left to run, so it is tried again") == true)
        world.engine.programs["app:2"] = .init()
        world.run(60_000)
        #expect(world.runningImages() == ["app:2"])
        #expect(report(world)?.rejectedGeneration == nil)
    }

    // MARK: what comes after

    @Test func theSameGenerationSentAgainStaysRejected() {
        let world = serving()
        world.engine.programs["app:2"] = .init(livesMilliseconds: 1000)
        update(world)
        world.run(20_000)
        _ = world.takeLog()
        world.engine.programs["app:2"] = .init()
        update(world)
        update(world, image: "app:3")
        world.run(60_000)
        #expect(world.takeLog().isEmpty)
        #expect(report(world)?.rejectedGeneration == 2)
    }

    @Test func aHigherGenerationIsTriedOnceMore() {
        let world = serving()
        world.engine.programs["app:2"] = .init(livesMilliseconds: 1000)
        update(world)
        world.run(20_000)
        _ = world.takeLog()
        update(world, generation: 3)
        world.run(20_000)
        #expect(
            world.takeLog() == [
                "pull app:2", "create app:2", "stop c1 app:1", "start c3 app:2", "start c1 app:1",
                "remove c3 app:2",
            ])
        #expect(report(world)?.rejectedGeneration == 3)
        update(world, image: "app:1", generation: 4)
        world.run(20_000)
        #expect(world.takeLog().isEmpty)
        #expect(report(world)?.rejectedGeneration == nil)
        #expect(report(world)?.generation == 4)
        #expect(report(world)?.message == nil)
    }

    @Test func aThirdChangeOnTrialKeepsTheOneThatWorked() {
        let world = serving()
        world.engine.programs["app:3"] = .init(livesMilliseconds: 1000)
        update(world)
        run(world) { world.running == [Self.c2] }
        update(world, image: "app:3", generation: 3)
        world.run(30_000)
        #expect(world.running == [Self.c1])
        #expect(world.engine.containers.keys.sorted() == [Self.c1])
    }

    @Test func goingBackOnTrialTakesTheKeptOneWithoutAGate() {
        let world = serving()
        update(world)
        run(world) { world.running == [Self.c2] }
        _ = world.takeLog()
        update(world, image: "app:1", generation: 3)
        world.run(1000)
        #expect(world.takeLog() == ["stop c2 app:2", "start c1 app:1", "remove c2 app:2"])
    }

    @Test func aStopOnTrialForgetsNothing() {
        let world = serving()
        world.engine.programs["app:2"] = .init(livesMilliseconds: 3000)
        update(world)
        run(world) { world.running == [Self.c2] }
        world.apply([Fixtures.replica(image: "app:2", generation: 2, state: .stopped, hostPort: 8080)])
        world.run(20_000)
        #expect(world.running.isEmpty)
        update(world)
        world.run(20_000)
        #expect(world.running == [Self.c1])
    }

    // MARK: crashes and outages

    @Test(
        arguments: ["stop c1 app:1", "start c2 app:2", "start c1 app:1", "remove c2 app:2"], [false, true])
    func anAgentThatDiesAtAnyStepEndsWithTheSameOldContainer(step: String, isReboot: Bool) {
        let world = serving()
        world.engine.programs["app:2"] = .init(livesMilliseconds: 1000)
        update(world)
        run(world) { world.log.contains(step) }
        isReboot ? world.reboot() : world.restartAgent()
        world.run(100)
        world.dockerUp()
        world.run(60_000)
        #expect(world.running == [Self.c1])
        #expect(report(world)?.rejectedGeneration == 2)
        #expect(world.ledger.mostSwitches <= 2)
        #expect(world.ledger.problems.isEmpty)
    }

    @Test func anAgentThatDiesBetweenStopAndStartGoesOnToTheNew() {
        let world = serving()
        update(world)
        run(world) { world.engine.containers[Self.c1]?.fact.state.isAlive == false }
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
        let world = serving()
        world.engine.programs["app:2"] = .init(livesMilliseconds: 1000)
        update(world)
        run(world) { world.log.contains("start c1 app:1") }
        #expect(world.durable.replicas.first?.rejected?.generation == 2)
    }

    @Test func aFullDiskDoesNotHoldTheWayBackUp() {
        let world = serving()
        world.engine.programs["app:2"] = .init(livesMilliseconds: 1000)
        update(world)
        run(world) { world.running == [Self.c2] }
        world.engine.memoryFailure = ActionFailure(.other, "no space left on device")
        world.run(1500)
        #expect(world.running == [Self.c1])
    }

    @Test func aGracefulEndOfTheKeptOneDoesNotKeepItDown() {
        let world = serving()
        world.engine.programs["app:2"] = .init(livesMilliseconds: 1000)
        update(world, restart: RestartSpec(policy: .never))
        run(world) { world.durable.replicas.first?.rejected != nil }
        world.restartAgent()
        world.dockerUp()
        world.run(2000)
        #expect(world.running == [Self.c1])
    }

    @Test func anOutageOfDockerOnTrialIsNoFailure() {
        let world = serving()
        update(world)
        run(world) { world.running == [Self.c2] }
        world.dockerDown()
        world.run(120_000)
        world.dockerUp()
        world.run(10_000)
        #expect(world.running == [Self.c2])
        #expect(report(world)?.rejectedGeneration == nil)
    }

    @Test func aRejectionOutlivesTheAgentWithItsReason() {
        let world = serving()
        world.engine.programs["app:2"] = .init(livesMilliseconds: 1000)
        update(world)
        world.run(20_000)
        _ = world.takeLog()
        world.restartAgent()
        world.dockerUp()
        world.run(60_000)
        #expect(world.takeLog().isEmpty)
        #expect(report(world)?.rejectedGeneration == 2)
        #expect(report(world)?.message?.contains("exited with code 1") == true)
    }

    // MARK: images

    @Test func theDigestOfTheServingImageIsReported() {
        let world = serving()
        world.engine.programs["app:2"] = .init(digest: "app@sha256:2", livesMilliseconds: 3000)
        #expect(report(world)?.imageDigest == nil)
        update(world)
        world.run(2000)
        #expect(report(world)?.imageDigest == "app@sha256:2")
        world.run(5000)
        #expect(report(world)?.imageDigest == nil)
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
        #expect(report(world)?.imageDigest == "app@sha256:1")
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
}
