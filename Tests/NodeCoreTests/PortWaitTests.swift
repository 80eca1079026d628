import Model
import NodeCore
import Testing

/// A change whose host port somebody else holds says nothing of the generation: it waits for the port, and the old
/// container serves.
@Suite struct PortWaitTests {
    private static let c1 = ContainerID("c1")

    /// A node that serves on 8080 and is told to serve on 9090 too, which is taken.
    private static func waiting(_ strategy: RolloutStrategy = RolloutStrategy()) -> World {
        let world = World.serving()
        world.engine.foreignPorts = [HostPort(number: 9090, transport: .tcp, address: nil)]
        world.update(hostPort: 9090, strategy: strategy)
        world.run(1000)
        return world
    }

    @Test(arguments: [RolloutStrategy.Order.auto, .stopFirst])
    func theOldServesUntilThePortIsFreeAndTheChangeThenComesByItself(_ order: RolloutStrategy.Order) {
        let world = Self.waiting(RolloutStrategy(order: order))
        let isStopped = order == .stopFirst
        #expect(
            world.takeLog()
                == (isStopped
                    ? [
                        "pull app:2", "create app:2", "stop c1 app:1", "start c2 app:2", "start c1 app:1",
                        "remove c2 app:2",
                    ] : ["pull app:2", "create app:2", "start c2 app:2", "remove c2 app:2"]))
        let said = world.said
        #expect(said?.state == .running)
        #expect(said?.generation == 1)
        #expect(said?.rejectedGeneration == nil, "the control plane would give the generation up")
        #expect(
            said?.message
                == "generation 2 waits: the container cannot be started: 9090 is held by a foreign process; "
                + "free the port or declare another one; generation 1 serves until the port is free")
        world.run(3_600_000)
        #expect(world.takeLog().isEmpty, "nothing is tried while the port is seen taken")
        #expect(world.running == [Self.c1])
        world.engine.foreignPorts = []
        world.run(20_000)
        #expect(world.runningImages() == ["app:2"])
        #expect(world.said?.generation == 2)
        #expect(world.said?.message == nil)
    }

    @Test func portsAreLookedAtOnlyWhileAChangeWaitsForOne() {
        let world = World.serving()
        world.run(60_000)
        #expect(world.portLooks == 0)
        let waiting = Self.waiting()
        waiting.run(60_000)
        #expect((10...13).contains(waiting.portLooks))
        waiting.engine.foreignPorts = []
        waiting.run(20_000)
        let looks = waiting.portLooks
        waiting.run(60_000)
        #expect(waiting.portLooks == looks)
    }

    @Test func aPortThatLooksFreeAndIsNotRejectsTheGenerationInTheEnd() {
        let world = World.serving()
        // Held where the machine's tables of sockets do not show it.
        world.engine.programs["app:2"] = .init(startFailure: ActionFailure(.portTaken, "9090 is taken"))
        world.update(hostPort: 9090)
        world.run(600_000)
        #expect(world.takeLog().filter { $0.hasPrefix("start") }.count == Int(NodeLimits.portTries) + 1)
        #expect(world.running == [Self.c1])
        #expect(world.said?.rejectedGeneration == 2)
        #expect(world.said?.message?.contains("generation 1 is kept until a new generation comes") == true)
    }

    @Test func theNextLifeOfTheAgentWaitsOn() {
        let world = Self.waiting()
        world.run(10_000)
        _ = world.takeLog()
        world.restartAgent()
        world.dockerUp()
        world.run(60_000)
        #expect(world.takeLog().isEmpty)
        #expect(world.said?.message?.contains("serves until the port is free") == true)
        world.engine.foreignPorts = []
        world.run(20_000)
        #expect(world.runningImages() == ["app:2"])
    }

    @Test func aHigherGenerationDoesNotWaitForThePortOfTheLast() {
        let world = Self.waiting()
        world.update(image: "app:3", generation: 3)
        world.run(20_000)
        #expect(world.runningImages() == ["app:3"])
        #expect(world.said?.message == nil)
    }

    /// The control plane hears what is missing, and where the declaration left the port open it sends another one.
    @Test func theSameGenerationOnAnotherPortIsTriedAtOnce() {
        let world = Self.waiting()
        #expect(world.said?.isPortTaken == true)
        world.update(hostPort: 9191)
        world.run(20_000)
        #expect(world.runningImages() == ["app:2"])
        #expect(world.said?.generation == 2)
        #expect(world.said?.isPortTaken == false)
        #expect(world.said?.message == nil)
    }

    @Test func withoutTheKeptContainerItIsTriedByBackOff() {
        let world = Self.waiting()
        world.removeBehindOurBack(Self.c1)
        world.run(30_000)
        #expect(world.said?.state != .running)
        world.engine.foreignPorts = []
        world.run(400_000)
        #expect(world.runningImages() == ["app:2"])
    }
}
