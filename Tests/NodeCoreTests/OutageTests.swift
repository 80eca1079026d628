import Model
import NodeCore
import Testing

@Suite struct OutageTests {
    @Test func theNewestReasonOfAnOutageIsToldFromItsFirstMoment() {
        let world = World()
        world.dockerDown("permission denied")
        #expect(world.machine.conditions.first?.message.contains("permission denied") == true)
        let since = world.machine.conditions.first?.since
        #expect(since != nil)
        world.run(5000)
        let version = world.machine.statusVersion
        world.dockerDown("connection refused")
        #expect(world.machine.conditions.first?.message.contains("connection refused") == true)
        #expect(world.machine.conditions.first?.since == since)
        #expect(world.machine.statusVersion != version)
    }

    private func serving(_ count: UInt64 = 3) -> World {
        let world = World()
        world.dockerUp()
        world.apply((1...count).map { Fixtures.replica($0) })
        world.run(20_000)
        _ = world.takeLog()
        return world
    }

    @Test func dockerAwayIsUnknownAndItsReturnTouchesNothing() {
        let world = serving()
        world.dockerDown()
        world.run(60_000)
        #expect(world.report(Fixtures.replica(1))?.state == .unknown)
        #expect(world.report(Fixtures.replica(1))?.message?.contains("connection refused") == true)
        #expect(world.machine.conditions.map(\.type) == ["docker_down"])
        world.dockerUp()
        world.run(30_000)
        #expect(world.takeLog().isEmpty)
        #expect(world.report(Fixtures.replica(1))?.state == .running)
        #expect(world.report(Fixtures.replica(1))?.restartCount == 0)
        #expect(world.machine.conditions.isEmpty)
    }

    @Test func whatEndedWhileDockerWasAwayIsStartedAtOnce() {
        let world = serving()
        world.dockerDown()
        world.crash(ContainerID("c1"))
        world.run(5000)
        world.dockerUp()
        world.run(50)
        #expect(world.takeLog() == ["start c1 app:1"])
    }

    @Test func whatWasUnderWayWhenDockerWentIsDoneWhenItReturns() {
        let world = serving(1)
        world.apply([])
        world.dockerDown()
        #expect(world.machine.actionsUnderWay <= 1)
        #expect(!world.machine.isDockerReachable)
        world.dockerUp()
        world.run(1000)
        #expect(world.engine.containers.isEmpty)
    }

    @Test func aStepThatFindsDockerAwayIsNoFailureOfTheReplica() {
        let world = World()
        world.apply([Fixtures.replica()])
        let list = world.machine.dockerBecameReachable(at: world.now)
        let looks = world.machine.actionFinished(list[0].id, .containersListed([]), at: world.now)
        guard let look = looks.first(where: { if case .lookUp = $0.work { true } else { false } }) else {
            Issue.record("no look for the image")
            return
        }
        let none = world.machine.actionFinished(
            look.id, .failed(ActionFailure(.dockerUnreachable, "broken pipe")), at: world.now)
        #expect(none.isEmpty)
        #expect(!world.machine.isDockerReachable)
        #expect(world.machine.memory.replicas.first?.consecutiveFailures == 0)
    }

    @Test func staleResultsAreDroppedAndCounted() {
        let world = serving(1)
        world.dockerDown()
        let before = world.machine.memory
        let late = world.machine.actionFinished(ActionID(number: 3), .containerStopped, at: world.now)
        #expect(late.isEmpty)
        #expect(world.machine.staleResults == 1)
        #expect(world.machine.memory == before)
    }

    @Test func anOldListDoesNotUndoANewerResult() {
        let world = World()
        world.engine.images = ["app:1"]
        world.dockerUp()
        world.run(100)
        let list = world.machine.eventsWereInterrupted(at: world.now)
        world.apply([Fixtures.replica()])
        world.run(100)
        #expect(world.running == [ContainerID("c1")])
        world.deliver(world.machine.actionFinished(list[0].id, .containersListed([]), at: world.now))
        world.run(1000)
        #expect(world.engine.created == 1)
        #expect(world.running == [ContainerID("c1")])
    }

    @Test func anOldListDoesNotBringBackWhatWasRemoved() {
        let world = serving(1)
        let list = world.machine.eventsWereInterrupted(at: world.now)
        let seen = world.engine.containers.values.map(\.fact)
        world.apply([])
        world.run(1000)
        _ = world.takeLog()
        world.deliver(world.machine.actionFinished(list[0].id, .containersListed(seen), at: world.now))
        #expect(world.report(Fixtures.replica())?.state == .removed)
        world.run(1000)
        #expect(world.takeLog().isEmpty)
    }

    @Test func aLateWordOfTheLastEndDuringAStartIsNoFailure() {
        let world = serving(1)
        world.losesEvents = true
        world.crash(ContainerID("c1"))
        while world.log.isEmpty { world.run(1) }
        let failures = world.machine.memory.replicas.first?.consecutiveFailures
        world.deliver(world.machine.containerChanged(ContainerID("c1"), .exited(code: 1), at: world.now))
        world.run(5000)
        #expect(world.machine.memory.replicas.first?.consecutiveFailures == failures)
        #expect(world.report(Fixtures.replica())?.state == .running)
        #expect(world.takeLog() == ["start c1 app:1"])
    }

    @Test func anAgentRestartTouchesNoContainer() {
        let world = serving()
        world.restartAgent()
        world.run(1000)
        world.dockerUp()
        world.run(60_000)
        #expect(world.takeLog().isEmpty)
    }

    @Test func afterARebootEverythingStartsAtOnceWithoutTheRegistry() {
        let world = serving(10)
        world.engine.images = []
        world.engine.programs["app:1"] = .init(pullFailure: ActionFailure(.registryUnavailable, "no network"))
        world.reboot()
        world.dockerUp()
        world.run(100)
        #expect(world.running.count == 10)
        #expect(world.takeLog().allSatisfy { $0.hasPrefix("start") })
    }

    @Test func aRebootInTheMiddleOfAChangeServesTheOldWithoutTheRegistry() {
        let world = serving(1)
        world.engine.programs["app:2"] = .init(pullFailure: ActionFailure(.registryUnavailable, "no network"))
        world.apply([Fixtures.replica(image: "app:2", generation: 2)])
        world.run(20_000)
        world.reboot()
        world.dockerUp()
        world.run(3000)
        #expect(world.runningImages() == ["app:1"])
    }

    @Test func anAgentThatDiesBetweenCreateAndResultMakesNoSecondContainer() {
        let world = World()
        world.dockerUp()
        world.apply([Fixtures.replica()])
        while world.engine.created == 0 { world.run(1) }
        world.restartAgent()
        world.dockerUp()
        world.run(1000)
        #expect(world.engine.created == 1)
        #expect(world.running == [ContainerID("c1")])
    }

    @Test func theMemoryIsWrittenOnlyWhenSomethingChanged() {
        let world = serving()
        let written = world.persistCount
        world.run(3_600_000)
        #expect(world.persistCount == written)
        #expect(world.durable == world.machine.memory)
        world.crash(ContainerID("c1"))
        world.run(20_000)
        #expect(world.persistCount > written)
        #expect(world.durable == world.machine.memory)
    }

    @Test func aFailedWriteIsTriedAgainLater() {
        let world = World()
        let first = world.machine.documentAccepted(
            Fixtures.document([Fixtures.replica()]), at: world.now, specHash: World.hash)
        #expect(first.count == 1)
        let none = world.machine.actionFinished(
            first[0].id, .failed(ActionFailure(.other, "ENOSPC")), at: world.now)
        #expect(none.isEmpty)
        #expect(world.machine.nextDeadline?.milliseconds == world.milliseconds + 30_000)
    }
}
