import Model
import NodeCore
import Testing

@Suite struct DeployTests {
    @Test func aFreshReplicaIsPulledCreatedAndStarted() {
        let world = World()
        let replica = Fixtures.replica(hostPort: 8080)
        world.dockerUp()
        world.apply([replica])
        world.run(500)
        #expect(world.takeLog() == ["pull app:1", "create app:1", "start c1 app:1"])
        let report = world.report(replica)
        #expect(report?.state == .running)
        #expect(report?.message == nil)
        #expect(report?.restartCount == 0)
        #expect(report?.endpoints == ["127.0.0.1:8080"])
        #expect(report?.containerID == "c1")
    }

    @Test func nothingIsDoneBeforeTheFirstList() {
        let world = World()
        world.apply([Fixtures.replica()])
        world.run(60_000)
        #expect(world.takeLog().isEmpty)
        #expect(world.report(Fixtures.replica())?.state == .unknown)
    }

    @Test func aRunningReplicaIsLeftAloneByTheSameDocument() {
        let world = World()
        world.dockerUp()
        world.apply([Fixtures.replica()])
        world.run(500)
        _ = world.takeLog()
        world.apply([Fixtures.replica()])
        world.run(120_000)
        #expect(world.takeLog().isEmpty)
    }

    @Test func aNewGenerationWithTheSameSpecTouchesNothing() {
        let world = World()
        world.dockerUp()
        world.apply([Fixtures.replica(generation: 1)])
        world.run(500)
        _ = world.takeLog()
        world.apply([Fixtures.replica(generation: 2)])
        world.run(30_000)
        #expect(world.takeLog().isEmpty)
        #expect(world.report(Fixtures.replica())?.generation == 2)
    }

    @Test func aReplicaThatLeavesIsStoppedRemovedAndReportedUntilAcknowledged() {
        let world = World()
        let (stays, leaves) = (Fixtures.replica(1), Fixtures.replica(2))
        world.dockerUp()
        world.apply([stays, leaves])
        world.run(500)
        _ = world.takeLog()
        world.apply([stays])
        #expect(world.report(leaves)?.state == .running)
        #expect(world.report(leaves)?.message == "is being removed")
        world.run(500)
        #expect(world.takeLog() == ["stop c2 app:1", "remove c2 app:1"])
        #expect(world.report(leaves, sequence: 5)?.state == .removed)
        world.machine.reportAcknowledged(sequence: 4)
        #expect(world.report(leaves, sequence: 6)?.state == .removed)
        world.machine.reportAcknowledged(sequence: 5)
        #expect(world.report(leaves, sequence: 7) == nil)
        #expect(world.report(stays)?.state == .running)
    }

    @Test func aReplicaThatNeverGotAContainerIsReportedRemovedToo() {
        let world = World()
        world.engine.programs["app:1"] = .init(pullMilliseconds: 60_000)
        world.dockerUp()
        world.apply([Fixtures.replica()])
        world.run(100)
        world.apply([])
        world.run(100)
        #expect(world.report(Fixtures.replica())?.state == .removed)
        world.run(120_000)
        #expect(world.engine.containers.isEmpty)
    }

    @Test func aStoppedReplicaKeepsItsContainerAndComesBackWithoutANewOne() {
        let world = World()
        world.dockerUp()
        world.apply([Fixtures.replica()])
        world.run(500)
        _ = world.takeLog()
        world.apply([Fixtures.replica(generation: 2, state: .stopped)])
        world.run(30_000)
        #expect(world.takeLog() == ["stop c1 app:1"])
        #expect(world.report(Fixtures.replica())?.state == .stopped)
        world.apply([Fixtures.replica(generation: 3)])
        world.run(500)
        #expect(world.takeLog() == ["start c1 app:1"])
        #expect(world.report(Fixtures.replica())?.restartCount == 0)
    }

    @Test func aStoppedReplicaWithoutContainerNeedsNone() {
        let world = World()
        world.dockerUp()
        world.apply([Fixtures.replica(state: .stopped)])
        world.run(30_000)
        #expect(world.takeLog().isEmpty)
        #expect(world.report(Fixtures.replica())?.state == .stopped)
    }

    @Test func aSlowPullHoldsUpNoOtherReplicaNorAStop() {
        let world = World()
        world.engine.programs["slow:1"] = .init(pullMilliseconds: 600_000)
        world.dockerUp()
        world.apply([Fixtures.replica(3)])
        world.run(500)
        world.apply([Fixtures.replica(1, image: "slow:1"), Fixtures.replica(2)])
        world.run(1000)
        #expect(world.runningImages() == ["app:1"])
        #expect(world.report(Fixtures.replica(2))?.state == .running)
        #expect(world.report(Fixtures.replica(3))?.state == .removed)
        #expect(world.report(Fixtures.replica(1))?.message == "image slow:1 is being made ready")
    }

    @Test func replicasOfOneImageShareOnePull() {
        let world = World()
        world.dockerUp()
        world.apply((1...6).map { Fixtures.replica($0) })
        world.run(1000)
        #expect(world.takeLog().filter { $0.hasPrefix("pull") } == ["pull app:1"])
        #expect(world.running.count == 6)
    }

    @Test func lanesBoundWhatIsUnderWay() {
        let world = World()
        world.dockerUp()
        world.apply((1...100).map { Fixtures.replica($0, image: "app:\($0)") })
        for _ in 0..<40 {
            world.run(5)
            #expect(world.machine.actionsUnderWay <= 4 + 32 + 8 + 16 + 2)
        }
        world.run(20_000)
        #expect(world.running.count == 100)
    }

    @Test func aContainerRemovedBehindOurBackIsMadeAnew() {
        let world = World()
        world.dockerUp()
        world.apply([Fixtures.replica()])
        world.run(500)
        _ = world.takeLog()
        world.removeBehindOurBack(ContainerID("c1"))
        world.run(500)
        #expect(world.takeLog() == ["pull app:1", "create app:1", "start c2 app:1"])
        #expect(world.report(Fixtures.replica())?.restartCount == 1)
    }

    @Test func aContainerWhoseEventWasLostIsFoundByTheResync() {
        let world = World()
        world.dockerUp()
        world.apply([Fixtures.replica()])
        world.run(500)
        _ = world.takeLog()
        world.losesEvents = true
        world.crash(ContainerID("c1"))
        world.run(12_000)
        #expect(world.takeLog() == ["start c1 app:1"])
    }

    @Test func slowPullsHoldUpNobodyWhoseImageIsHere() {
        let world = World()
        for number in 1...4 {
            world.engine.programs["slow:\(number)"] = .init(pullMilliseconds: 1_800_000)
        }
        world.engine.images = ["here:1"]
        world.dockerUp()
        let slow = (1...4).map { Fixtures.replica(UInt64($0), image: "slow:\($0)") }
        world.apply(slow)
        world.run(1000)
        let others = [
            Fixtures.replica(5, image: "here:1"), Fixtures.replica(6, image: "here:1", pull: .never),
            Fixtures.replica(7, image: "here@sha256:1", pull: .always),
            Fixtures.replica(8, image: "absent:1"),
        ]
        world.engine.images.insert("here@sha256:1")
        world.apply(slow + others)
        world.run(1000)
        #expect(world.runningImages() == ["here:1", "here:1", "here@sha256:1"])
        #expect(!world.log.contains("pull absent:1"), "a fifth pull waits in line")
        world.run(1_800_000)
        #expect(world.running.count == 8)
    }
}
