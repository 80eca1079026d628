import Model
import NodeCore
import Testing

/// A new container must prove itself before the old one goes; else the node goes back by itself.
@Suite struct GateTests {
    private static let c1 = ContainerID("c1")
    private static let c2 = ContainerID("c2")

    private static let rolledBack = [
        "pull app:2", "create app:2", "stop c1 app:1", "start c2 app:2", "start c1 app:1", "remove c2 app:2",
    ]

    // MARK: passing

    @Test func theOldIsKeptStoppedUntilTheNewHasBeenReadyLongEnough() {
        let world = World.serving()
        world.update()
        world.run(4900)
        #expect(world.takeLog() == ["pull app:2", "create app:2", "stop c1 app:1", "start c2 app:2"])
        #expect(world.engine.containers[Self.c1]?.fact.state == .exited(code: 143))
        #expect(world.said?.state == .running)
        #expect(world.said?.generation == 2)
        #expect(
            world.said?.message?.hasPrefix("generation 2 is on trial until it has been ready for 5 s")
                == true)
        world.run(300)
        #expect(world.takeLog() == ["remove c1 app:1"])
        #expect(world.said?.message == nil)
    }

    @Test func withoutASharedPortBothRunUntilTheGateHasPassed() {
        let world = World.serving(hostPort: nil)
        world.update(hostPort: nil)
        world.run(4900)
        #expect(world.takeLog() == ["pull app:2", "create app:2", "start c2 app:2"])
        #expect(world.running == [Self.c1, Self.c2])
        world.run(300)
        #expect(world.takeLog() == ["stop c1 app:1", "remove c1 app:1"])
    }

    @Test func theGateTakesTheDeclaredTime() {
        let world = World.serving()
        world.update(strategy: RolloutStrategy(healthyAfterSecs: 60))
        world.run(59_000)
        #expect(world.engine.containers.count == 2)
        world.run(2000)
        #expect(world.engine.containers.count == 1)
    }

    @Test func aJobThatEndsWellHasPassed() {
        let world = World.serving()
        world.engine.programs["app:2"] = .init(livesMilliseconds: 1000, exitCode: 0)
        world.update(restart: RestartSpec(policy: .onFailure))
        world.run(3000)
        #expect(world.engine.containers.keys.sorted() == [Self.c2])
        #expect(world.said?.rejectedGeneration == nil)
    }

    @Test func theFirstContainerHasNoTrialToTalkOf() {
        let world = World()
        world.dockerUp()
        world.apply([Fixtures.replica()])
        world.run(1000)
        #expect(world.said?.message == nil)
        #expect(world.said?.rejectedGeneration == nil)
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
        let world = World.serving(hostPort: port)
        world.update(hostPort: port, strategy: RolloutStrategy(kind: kind, order: order))
        world.run(1000)
        let steps = world.takeLog().dropFirst(2)
        #expect(Array(steps) == (stopsFirst ? ["stop c1 app:1", "start c2 app:2"] : ["start c2 app:2"]))
        let remark = world.said?.message?.contains("start_first is not possible") == true
        #expect(remark == (kind == .rolling && order == .startFirst && isPortShared))
        world.run(6000)
        #expect(world.running == [Self.c2])
        #expect(world.said?.message == nil)
    }

    private static func data(_ path: String, readOnly: Bool = false) -> [VolumeMount] {
        [VolumeMount(hostPath: path, containerPath: "/data", readOnly: readOnly)]
    }

    @Test(arguments: [
        (RolloutStrategy.Order.auto, data("/srv/a"), data("/srv/a"), true),
        (.auto, data("/srv"), data("/srv/a"), true), (.auto, data("/srv/a"), data("/srv/"), true),
        (.auto, data("/srv/a"), data("/srv/ab"), false), (.auto, data("/srv/a"), data("/srv/b"), false),
        (.auto, data("/srv/a", readOnly: true), data("/srv/a"), false),
        (.auto, data("/srv/a"), data("/srv/a", readOnly: true), false), (.auto, [], data("/srv/a"), false),
        (.startFirst, data("/srv/a"), data("/srv/a"), false),
        (.stopFirst, data("/srv/a"), data("/srv/b"), true),
    ])
    func twoContainersNeverWriteToOneVolumeUnlessAsked(
        order: RolloutStrategy.Order, before: [VolumeMount], after: [VolumeMount], stopsFirst: Bool
    ) {
        let world = World.serving(hostPort: nil, volumes: before)
        world.update(hostPort: nil, strategy: RolloutStrategy(order: order), volumes: after)
        world.run(1000)
        let steps = world.takeLog().dropFirst(2)
        #expect(Array(steps) == (stopsFirst ? ["stop c1 app:1", "start c2 app:2"] : ["start c2 app:2"]))
        let remark = world.said?.message?.contains("write to volume /srv/a at the same time") == true
        #expect(remark == (order == .startFirst))
        world.run(6000)
        #expect(world.running == [Self.c2])
        #expect(world.said?.message == nil)
    }

    @Test func onTheWayBackTheNewOneLetsGoOfTheVolumeFirst() {
        let world = World.serving(hostPort: nil, volumes: Self.data("/srv/a"))
        world.update(hostPort: nil, volumes: Self.data("/srv/a"))
        world.run { world.running == [Self.c2] }
        world.pause(Self.c2)
        _ = world.takeLog()
        world.run(32_000)
        #expect(world.takeLog() == ["stop c2 app:2", "start c1 app:1", "remove c2 app:2"])
    }

    @Test(arguments: [true, false])
    func aContainerOfAnEarlierReleaseMayWriteToAnyVolume(writesNow: Bool) {
        let world = World.serving(hostPort: nil)
        world.engine.containers[Self.c1]?.fact.identity?.writableVolumes = nil
        world.restartAgent()
        world.dockerUp()
        world.run(6000)
        _ = world.takeLog()
        world.update(hostPort: nil, volumes: Self.data("/srv/a", readOnly: !writesNow))
        world.run(1000)
        #expect(world.takeLog().contains("stop c1 app:1") == writesNow)
    }

    // MARK: failing

    @Test func anExitOnTrialBringsTheSameOldContainerBackAtOnce() {
        let world = World.serving()
        world.engine.programs["app:2"] = .init(livesMilliseconds: 3000, exitCode: 7)
        world.update()
        world.run(3300)
        #expect(world.takeLog() == Self.rolledBack)
        #expect(world.running == [Self.c1])
        let said = world.said
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
        let world = World.serving(hostPort: nil)
        world.engine.programs["app:2"] = .init(livesMilliseconds: 3000)
        world.update(hostPort: nil)
        world.run(60_000)
        #expect(world.takeLog() == ["pull app:2", "create app:2", "start c2 app:2", "remove c2 app:2"])
        #expect(world.said?.rejectedGeneration == 2)
    }

    @Test func whatIsNotReadyInTimeIsGivenUp() {
        let world = World.serving()
        world.update()
        world.run { world.running == [Self.c2] }
        world.pause(Self.c2)
        world.run(29_000)
        #expect(world.said?.rejectedGeneration == nil)
        world.run(2000)
        #expect(
            world.takeLog() == [
                "pull app:2", "create app:2", "stop c1 app:1", "start c2 app:2", "stop c2 app:2",
                "start c1 app:1",
                "remove c2 app:2",
            ])
        #expect(world.said?.message?.contains("was not ready within 30 s") == true)
    }

    @Test func aStartThatHangsRunsOutOfTime() {
        let world = World.serving()
        world.engine.programs["app:2"] = .init(startMilliseconds: 40_000)
        world.update()
        world.run(35_000)
        #expect(world.said?.rejectedGeneration == 2)
        world.run(10_000)
        #expect(world.running == [Self.c1])
    }

    @Test func aJobThatFailsUnderNeverIsGivenUpToo() {
        let world = World.serving()
        world.engine.programs["app:2"] = .init(livesMilliseconds: 1000, exitCode: 3)
        world.update(restart: RestartSpec(policy: .never))
        world.run(3000)
        #expect(world.running == [Self.c1])
        #expect(world.said?.rejectedGeneration == 2)
    }

    @Test func aContainerRemovedOnTrialHasFailed() {
        let world = World.serving()
        world.update()
        world.run { world.running == [Self.c2] }
        world.run(1000)
        world.removeBehindOurBack(Self.c2)
        world.run(1000)
        #expect(world.running == [Self.c1])
        #expect(world.said?.message?.contains("was removed before it had proved itself") == true)
    }

    @Test func withoutRollbackTheNewIsTriedWithPausesAndTheOldStaysKept() {
        let world = World.serving()
        world.engine.programs["app:2"] = .init(livesMilliseconds: 100)
        world.update(strategy: RolloutStrategy(autoRollback: false))
        world.run(20_000)
        #expect(world.takeLog().filter { $0 == "start c2 app:2" }.count == 5)
        #expect(world.engine.containers[Self.c1]?.fact.state == .exited(code: 143))
        #expect(world.said?.rejectedGeneration == nil)
        #expect(world.said?.state == .failed)
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
        world.update()
        world.run(20_000)
        #expect(world.said?.rejectedGeneration == nil)
        #expect(world.log.filter { $0 == "start c2 app:2" }.count > 3)
    }

    @Test func whenTheKeptOneIsGoneTheRejectedOneIsBetterThanNothing() {
        let world = World.serving()
        world.engine.programs["app:2"] = .init(livesMilliseconds: 1000)
        world.update()
        world.run(20_000)
        #expect(world.running == [Self.c1])
        world.removeBehindOurBack(Self.c1)
        world.run(3000)
        #expect(world.said?.message?.contains("nothing else is left to run, so it is tried again") == true)
        world.engine.programs["app:2"] = .init()
        world.run(60_000)
        #expect(world.runningImages() == ["app:2"])
        #expect(world.said?.rejectedGeneration == nil)
    }

    // MARK: what comes after

    @Test func theSameGenerationSentAgainStaysRejected() {
        let world = World.serving()
        world.engine.programs["app:2"] = .init(livesMilliseconds: 1000)
        world.update()
        world.run(20_000)
        _ = world.takeLog()
        world.engine.programs["app:2"] = .init()
        world.update()
        world.update(image: "app:3")
        world.run(60_000)
        #expect(world.takeLog().isEmpty)
        #expect(world.said?.rejectedGeneration == 2)
    }

    @Test func aHigherGenerationIsTriedOnceMore() {
        let world = World.serving()
        world.engine.programs["app:2"] = .init(livesMilliseconds: 1000)
        world.update()
        world.run(20_000)
        _ = world.takeLog()
        world.update(generation: 3)
        world.run(20_000)
        #expect(
            world.takeLog() == [
                "pull app:2", "create app:2", "stop c1 app:1", "start c3 app:2", "start c1 app:1",
                "remove c3 app:2",
            ])
        #expect(world.said?.rejectedGeneration == 3)
        world.update(image: "app:1", generation: 4)
        world.run(20_000)
        #expect(world.takeLog().isEmpty)
        #expect(world.said?.rejectedGeneration == nil)
        #expect(world.said?.generation == 4)
        #expect(world.said?.message == nil)
    }

    @Test func aThirdChangeOnTrialKeepsTheOneThatWorked() {
        let world = World.serving()
        world.engine.programs["app:3"] = .init(livesMilliseconds: 1000)
        world.update()
        world.run { world.running == [Self.c2] }
        world.update(image: "app:3", generation: 3)
        world.run(30_000)
        #expect(world.running == [Self.c1])
        #expect(world.engine.containers.keys.sorted() == [Self.c1])
    }

    @Test func goingBackOnTrialTakesTheKeptOneWithoutAGate() {
        let world = World.serving()
        world.update()
        world.run { world.running == [Self.c2] }
        _ = world.takeLog()
        world.update(image: "app:1", generation: 3)
        world.run(1000)
        #expect(world.takeLog() == ["stop c2 app:2", "start c1 app:1", "remove c2 app:2"])
    }

    @Test func aStopOnTrialForgetsNothing() {
        let world = World.serving()
        world.engine.programs["app:2"] = .init(livesMilliseconds: 3000)
        world.update()
        world.run { world.running == [Self.c2] }
        world.apply([Fixtures.replica(image: "app:2", generation: 2, state: .stopped, hostPort: 8080)])
        world.run(20_000)
        #expect(world.running.isEmpty)
        world.update()
        world.run(20_000)
        #expect(world.running == [Self.c1])
    }
}
