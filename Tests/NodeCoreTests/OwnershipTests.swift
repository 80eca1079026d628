import Model
import NodeCore
import Testing

@Suite struct OwnershipTests {
    @Test func aContainerOfAnotherHistoryIsNotOfTheGenerationWhoseNumberItBears() {
        let world = World()
        world.dockerUp()
        world.apply([Fixtures.replica(image: "app:1", generation: 4, hostPort: 8080)])
        world.run(20_000)
        func generation() -> UInt64? {
            world.machine.reports(sequence: 1, at: world.now).first?.generation
        }
        #expect(generation() == 4)
        let other = Epoch(UUIDValue(high: 8, low: 8))
        world.apply([Fixtures.replica(image: "app:2", generation: 4, hostPort: 9090)], epoch: other)
        #expect(generation() == 0)
        world.run(20_000)
        #expect(generation() == 4)
        world.apply([Fixtures.replica(image: "app:3", generation: 5, hostPort: 9090)], epoch: other)
        #expect(generation() == 4)
    }

    private static let otherNode = NodeID(UUIDValue(high: 1, low: 2))

    @Test func containersOfOthersAreNeverTouched() {
        let world = World()
        let foreign = ObservedContainer(
            id: ContainerID("f1"), name: "postgres", identity: nil, state: .running)
        world.engine.containers[foreign.id] = .init(fact: foreign, image: "postgres")
        world.engine.containers[ContainerID("f2")] = Fixtures.container(
            "f2", of: Fixtures.replica(), node: Self.otherNode)
        world.dockerUp()
        world.apply([Fixtures.replica(2)])
        world.run(30_000)
        #expect(world.running.contains(ContainerID("f1")) && world.running.contains(ContainerID("f2")))
        #expect(world.report(Fixtures.replica(1)) == nil)
    }

    @Test func withoutADocumentOurContainersAreLeftAlone() {
        let world = World()
        world.engine.containers[ContainerID("c9")] = Fixtures.container("c9", of: Fixtures.replica())
        #expect(world.machine.mayHoldContainers)
        world.dockerUp()
        world.run(60_000)
        #expect(world.takeLog().isEmpty)
        #expect(world.running == [ContainerID("c9")])
        #expect(world.report(Fixtures.replica())?.state == .running)
        #expect(world.report(Fixtures.replica())?.message?.contains("left alone") == true)
        #expect(world.machine.mayHoldContainers)
    }

    @Test func anEmptyNodeSaysSoAfterTheFirstList() {
        let world = World()
        world.dockerUp()
        world.run(10)
        #expect(!world.machine.mayHoldContainers)
    }

    @Test func ourContainersThatNoDocumentNamesAreRemoved() {
        let world = World()
        world.engine.containers[ContainerID("c9")] = Fixtures.container("c9", of: Fixtures.replica(9))
        world.dockerUp()
        world.apply([Fixtures.replica(1)])
        world.run(1000)
        #expect(world.engine.containers[ContainerID("c9")] == nil)
        #expect(world.report(Fixtures.replica(9))?.state == .removed)
    }

    @Test func ofSeveralContainersTheRightRunningOneStays() {
        let world = World()
        let replica = Fixtures.replica()
        world.engine.containers[ContainerID("a")] = Fixtures.container(
            "a", of: replica, state: .exited(code: 1))
        world.engine.containers[ContainerID("b")] = Fixtures.container("b", of: replica)
        world.engine.containers[ContainerID("x")] = Fixtures.container("x", of: replica, hash: "other")
        world.dockerUp()
        world.apply([replica])
        world.run(6000)
        #expect(world.takeLog() == ["remove a app:1", "stop x app:1", "remove x app:1"])
        #expect(world.running == [ContainerID("b")])
    }

    @Test func anOlderGenerationLabelWithTheRightHashIsRight() {
        let world = World()
        world.engine.containers[ContainerID("b")] = Fixtures.container(
            "b", of: Fixtures.replica(generation: 1))
        world.dockerUp()
        world.apply([Fixtures.replica(generation: 7)])
        world.run(20_000)
        #expect(world.takeLog().isEmpty)
    }

    @Test func aContainerThatCannotBeRemovedIsTriedAgainAndSaysSo() {
        let world = World()
        world.engine.programs["app:1"] = .init(
            removeFailure: ActionFailure(.other, "device or resource busy"))
        world.dockerUp()
        world.apply([Fixtures.replica()])
        world.run(500)
        world.apply([])
        world.run(2000)
        let message = world.report(Fixtures.replica())?.message
        #expect(message?.contains("device or resource busy; next try in") == true)
        world.engine.programs = [:]
        world.run(30_000)
        #expect(world.report(Fixtures.replica())?.state == .removed)
    }

    @Test func labelsAreReadAsTheyAreWritten() {
        let identity = ContainerIdentity(
            nodeID: World.nodeID, epoch: World.epoch, replica: Fixtures.replica(4, generation: 12),
            specHash: "abc")
        #expect(ContainerIdentity(labels: identity.labels) == identity)
        #expect(ContainerIdentity(labels: [:]) == nil)
        var broken = identity.labels
        broken[ContainerLabel.assignmentID] = "not-a-uuid"
        #expect(ContainerIdentity(labels: broken) == nil)
    }

    @Test func namesSayDeploymentAndReplica() {
        let world = World()
        world.dockerUp()
        world.apply([Fixtures.replica()])
        world.run(500)
        let name = world.engine.containers[ContainerID("c1")]?.fact.name ?? ""
        #expect(name.hasPrefix("fledx-app1-0-"))
        #expect(name.utf8.count == "fledx-app1-0-".utf8.count + 6)
    }

    @Test(arguments: [
        (HostPort(number: 80), HostPort(number: 80), true),
        (HostPort(number: 80), HostPort(number: 81), false),
        (HostPort(number: 80), HostPort(number: 80, transport: .udp), false),
        (HostPort(number: 80, address: "10.0.0.1"), HostPort(number: 80, address: "10.0.0.2"), false),
        (HostPort(number: 80, address: "10.0.0.1"), HostPort(number: 80, address: "0.0.0.0"), true),
        (HostPort(number: 80, address: "10.0.0.1"), HostPort(number: 80, address: "10.0.0.1"), true),
    ])
    func portsCollideByNumberTransportAndAddress(left: HostPort, right: HostPort, collide: Bool) {
        #expect(left.collides(with: right) == collide)
        #expect(right.collides(with: left) == collide)
    }
}
