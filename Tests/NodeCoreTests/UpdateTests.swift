import Model
import NodeCore
import Testing

@Suite struct UpdateTests {
    private func serving(hostPort: UInt16?) -> World {
        let world = World()
        world.dockerUp()
        world.apply([Fixtures.replica(image: "app:1", hostPort: hostPort)])
        world.run(500)
        _ = world.takeLog()
        return world
    }

    @Test func withASharedPortTheOldIsStoppedOnlyWhenTheNewIsReady() {
        let world = serving(hostPort: 8080)
        world.apply([Fixtures.replica(image: "app:2", generation: 2, hostPort: 8080)])
        world.run(6000)
        #expect(
            world.takeLog() == [
                "pull app:2", "create app:2", "stop c1 app:1", "start c2 app:2", "remove c1 app:1",
            ])
        #expect(world.report(Fixtures.replica())?.state == .running)
        #expect(world.engine.selfCollisions == 0)
    }

    @Test func theWayBackIsOnDiskBeforeTheOldIsStopped() {
        let world = serving(hostPort: 8080)
        world.apply([Fixtures.replica(image: "app:2", generation: 2, hostPort: 8080)])
        while !world.log.contains("stop c1 app:1"), world.milliseconds < World.start + 20_000 { world.run(1) }
        #expect(world.log.last == "stop c1 app:1")
        #expect(world.durable.replicas.first?.switching?.keptContainerID == ContainerID("c1"))
        world.run(1000)
        #expect(world.runningImages() == ["app:2"])
    }

    @Test func whileTheMemoryCannotBeWrittenTheOldOneServes() {
        let world = serving(hostPort: 8080)
        world.engine.memoryFailure = ActionFailure(.other, "no space left on device")
        world.apply([Fixtures.replica(image: "app:2", generation: 2, hostPort: 8080)])
        world.run(20_000)
        #expect(world.runningImages() == ["app:1"])
        #expect(!world.log.contains("stop c1 app:1"))
        #expect(world.machine.conditions.map(\.type) == ["storage_full"])
        #expect(world.report(Fixtures.replica())?.message?.contains("written to disk") == true)
        world.engine.memoryFailure = nil
        world.run(40_000)
        #expect(world.runningImages() == ["app:2"])
        #expect(world.machine.conditions.isEmpty)
    }

    @Test func anAgentKilledBetweenStopAndStartGoesOnAndStillKnowsTheWayBack() {
        let world = serving(hostPort: 8080)
        world.engine.programs["app:2"] = .init(startFailure: ActionFailure(.other, "exec format error"))
        world.apply([Fixtures.replica(image: "app:2", generation: 2, hostPort: 8080)])
        while !world.log.contains("start c2 app:2"), world.milliseconds < World.start + 20_000 {
            world.run(1)
        }
        world.restartAgent()
        world.dockerUp()
        world.run(5000)
        #expect(world.runningImages() == ["app:1"], "the way back was lost")
    }

    @Test func withoutASharedPortTheNewRunsBeforeTheOldIsStopped() {
        let world = serving(hostPort: nil)
        world.apply([Fixtures.replica(image: "app:2", generation: 2)])
        world.run(6000)
        #expect(
            world.takeLog() == [
                "pull app:2", "create app:2", "start c2 app:2", "stop c1 app:1", "remove c1 app:1",
            ])
    }

    @Test func movingToAnotherPortStartsTheNewFirst() {
        let world = serving(hostPort: 8080)
        world.apply([Fixtures.replica(hostPort: 8081)])
        world.run(6000)
        #expect(
            world.takeLog() == [
                "pull app:1", "create app:1", "start c2 app:1", "stop c1 app:1", "remove c1 app:1",
            ])
    }

    @Test func newGenerationIsReportedOnlyWhenTheOldHostPortIsFree() {
        let world = serving(hostPort: 8080)
        world.engine.programs["app:1"] = FakeEngine.Program(stopMilliseconds: 5000)
        let new = Fixtures.replica(generation: 2, hostPort: 8081)
        world.apply([new])
        world.run(2000)
        #expect(world.running.count == 2)
        #expect(world.report(new)?.state == .running)
        #expect(world.report(new)?.generation == 1, "the old host port is still held")
        let version = world.machine.statusVersion
        world.run(20_000)
        #expect(world.running.count == 1)
        #expect(world.report(new)?.generation == 2)
        #expect(world.machine.statusVersion != version)
    }

    @Test func portExchangedWithinAGenerationIsReportedOnlyWhenTheOldOneIsFree() {
        let world = serving(hostPort: 8080)
        world.engine.programs["app:1"] = FakeEngine.Program(stopMilliseconds: 5000)
        let new = Fixtures.replica(hostPort: 8081)
        world.apply([new])
        world.run(2000)
        #expect(world.running.count == 2)
        #expect(world.report(new)?.generation == 0, "the old host port is still held")
        world.run(20_000)
        #expect(world.running.count == 1)
        #expect(world.report(new)?.generation == 1)
    }

    @Test func changeWithinAChangeLeavesOneContainerRunning() {
        let world = serving(hostPort: nil)
        world.apply([Fixtures.replica(image: "app:2", generation: 2)])
        world.run(500)
        #expect(world.running.count == 2)
        world.engine.programs["app:3"] = FakeEngine.Program(
            pullFailure: ActionFailure(.imageNotFound, "manifest unknown"))
        world.apply([Fixtures.replica(image: "app:3", generation: 3)])
        world.run(5000)
        #expect(world.runningImages() == ["app:1"])
    }

    @Test func aRestartNonceMakesANewContainer() {
        let world = serving(hostPort: 8080)
        world.apply([Fixtures.replica(generation: 2, nonce: 1, hostPort: 8080)])
        world.run(6000)
        #expect(world.running == [ContainerID("c2")])
        #expect(world.engine.containers.count == 1)
    }

    @Test func aNewContainerThatFailsToStartBringsTheOldOneBack() {
        let world = serving(hostPort: 8080)
        world.engine.programs["app:2"] = .init(startFailure: ActionFailure(.other, "exec format error"))
        world.apply([Fixtures.replica(image: "app:2", generation: 2, hostPort: 8080)])
        world.run(2000)
        #expect(
            world.takeLog() == [
                "pull app:2", "create app:2", "stop c1 app:1", "start c2 app:2", "start c1 app:1",
                "remove c2 app:2",
            ])
        let report = world.report(Fixtures.replica())
        #expect(report?.state == .running)
        #expect(report?.generation == 1)
        #expect(report?.message?.contains("generation 2 did not work here") == true)
        #expect(report?.message?.contains("exec format error") == true)
        world.run(600_000)
        #expect(world.takeLog().isEmpty, "a rejected generation is not tried again")
    }

    @Test func aHigherGenerationIsTriedAgainAfterARejection() {
        let world = serving(hostPort: 8080)
        world.engine.programs["app:2"] = .init(startFailure: ActionFailure(.other, "exec format error"))
        world.apply([Fixtures.replica(image: "app:2", generation: 2, hostPort: 8080)])
        world.run(2000)
        world.engine.programs["app:2"] = .init()
        world.apply([Fixtures.replica(image: "app:2", generation: 3, hostPort: 8080)])
        world.run(7000)
        #expect(world.runningImages() == ["app:2"])
        #expect(world.engine.containers.count == 1)
    }

    @Test func aRejectionOutlivesTheAgent() {
        let world = serving(hostPort: 8080)
        world.engine.programs["app:2"] = .init(startFailure: ActionFailure(.other, "exec format error"))
        world.apply([Fixtures.replica(image: "app:2", generation: 2, hostPort: 8080)])
        world.run(20_000)
        _ = world.takeLog()
        world.restartAgent()
        world.dockerUp()
        world.run(20_000)
        #expect(world.takeLog().isEmpty)
        #expect(world.runningImages() == ["app:1"])
    }

    @Test func aNewContainerThatEndsWhileStartingBringsTheOldOneBack() {
        let world = serving(hostPort: 8080)
        world.engine.programs["app:2"] = .init(livesMilliseconds: 0, exitCode: 127)
        world.apply([Fixtures.replica(image: "app:2", generation: 2, hostPort: 8080)])
        world.run(5000)
        #expect(world.runningImages().count <= 1)
        #expect(world.engine.selfCollisions == 0)
    }

    @Test func withoutRollbackAFailingNewOneIsRetriedWhileTheOldServes() {
        let world = serving(hostPort: nil)
        world.engine.programs["app:2"] = .init(startFailure: ActionFailure(.other, "no such file"))
        world.apply([
            Fixtures.replica(image: "app:2", generation: 2, strategy: RolloutStrategy(autoRollback: false))
        ])
        world.run(20_000)
        #expect(!world.log.contains("stop c1 app:1"))
        #expect(world.runningImages() == ["app:1"])
        #expect(
            world.report(Fixtures.replica())?.message?.hasPrefix("generation 1 serves meanwhile; ") == true)
        world.engine.programs["app:2"] = .init()
        world.run(40_000)
        #expect(world.runningImages() == ["app:2"])
    }

    @Test func whenTheRegistryIsAwayTheOldServesAndIsRestarted() {
        let world = serving(hostPort: 8080)
        world.engine.programs["app:2"] = .init(
            pullFailure: ActionFailure(.registryUnavailable, "i/o timeout"))
        world.apply([Fixtures.replica(image: "app:2", generation: 2, hostPort: 8080)])
        world.run(20_000)
        #expect(world.runningImages() == ["app:1"])
        world.crash(ContainerID("c1"))
        world.run(1500)
        #expect(world.runningImages() == ["app:1"])
        world.engine.programs["app:2"] = .init()
        world.run(120_000)
        #expect(world.runningImages() == ["app:2"])
    }

    @Test func aSecondChangeInTheMiddleKeepsTheWayBack() {
        let world = serving(hostPort: 8080)
        world.engine.programs["app:2"] = .init(stopMilliseconds: 20)
        world.engine.programs["app:3"] = .init(startFailure: ActionFailure(.other, "broken"))
        world.apply([Fixtures.replica(image: "app:2", generation: 2, hostPort: 8080)])
        while world.engine.containers[ContainerID("c1")]?.fact.state.isAlive == true { world.run(1) }
        world.apply([Fixtures.replica(image: "app:3", generation: 3, hostPort: 8080)])
        world.run(5000)
        #expect(world.runningImages() == ["app:1"])
        #expect(world.report(Fixtures.replica())?.message?.contains("generation 3 did not work here") == true)
    }

    @Test func aReplicaWaitsForThePortOfOneThatLeaves() {
        let world = World()
        world.engine.programs["app:1"] = .init(stopMilliseconds: 5000)
        world.dockerUp()
        world.apply([Fixtures.replica(1, hostPort: 8080)])
        world.run(500)
        world.apply([Fixtures.replica(2, image: "app:2", hostPort: 8080)])
        world.run(1000)
        #expect(
            world.report(Fixtures.replica(2))?.message
                == "waits for a host port that a leaving container still holds")
        world.run(4500)
        #expect(world.runningImages() == ["app:2"])
        #expect(world.report(Fixtures.replica(2))?.restartCount == 0)
    }
}
