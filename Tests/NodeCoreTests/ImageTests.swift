import Model
import NodeCore
import Testing

/// Images go when the disk fills: those this agent pulled, that nothing needs, the longest unneeded first.
@Suite struct ImageTests {
    /// A node that went from version to version.
    private static func world(_ versions: ClosedRange<Int>) -> World {
        let world = World()
        world.dockerUp()
        for version in versions {
            world.apply([Fixtures.replica(image: "app:\(version)", generation: UInt64(version))])
            world.run(20_000)
        }
        _ = world.takeLog()
        return world
    }

    private static func measure(_ world: World, _ percent: Int) {
        world.deliver(world.machine.imageSpaceMeasured(usedPercent: percent, at: world.now))
        world.run(100)
    }

    @Test func currentAndPreviousStayTheOldestGoFirst() {
        let world = Self.world(1...4)
        for _ in 0..<5 { Self.measure(world, 90) }
        #expect(world.takeLog() == ["remove image app:1", "remove image app:2"])
        #expect(world.engine.images == ["app:3", "app:4"])
        #expect(!world.machine.isCollectingImages)
    }

    @Test func nothingGoesBelowTheMarkAndItStopsAtTheLowOne() {
        let world = Self.world(1...5)
        Self.measure(world, 84)
        #expect(world.takeLog().isEmpty)
        Self.measure(world, 85)
        Self.measure(world, 76)
        Self.measure(world, 74)
        Self.measure(world, 84)
        #expect(world.takeLog() == ["remove image app:1", "remove image app:2"])
    }

    @Test func aDiskThatIsNearlyFullIsToldUntilThereIsRoom() {
        let world = Self.world(1...1)
        for (percent, isTold) in [(94, false), (95, true), (92, true), (90, true), (89, false), (94, false)] {
            let version = world.machine.statusVersion
            let before = world.machine.conditions
            Self.measure(world, percent)
            #expect(world.machine.conditions.map(\.type) == (isTold ? ["disk_pressure"] : []), "\(percent) %")
            let isNews = before.isEmpty == isTold
            #expect((world.machine.statusVersion != version) == isNews, "\(percent) %")
        }
    }

    @Test func imagesOfOthersStay() {
        let world = World()
        world.engine.images = ["app:1", "foreign:1"]
        world.dockerUp()
        world.apply([Fixtures.replica()])
        world.run(20_000)
        world.apply([Fixtures.replica(image: "app:2", generation: 2)])
        world.run(20_000)
        world.apply([Fixtures.replica(image: "app:3", generation: 3)])
        world.run(20_000)
        for _ in 0..<4 { Self.measure(world, 99) }
        #expect(world.engine.images == ["app:1", "foreign:1", "app:2", "app:3"])
    }

    @Test func whatWasPulledIsKnownAfterARestart() {
        let world = Self.world(1...3)
        world.run(10_000)
        world.restartAgent()
        world.dockerUp()
        world.run(1000)
        _ = world.takeLog()
        Self.measure(world, 90)
        #expect(world.takeLog() == ["remove image app:1"])
    }

    @Test func theNextOneStays() {
        let world = Self.world(1...2)
        world.engine.programs["app:3"] = .init(startFailure: ActionFailure(.portTaken, "8080"))
        world.apply([Fixtures.replica(image: "app:3", generation: 3)])
        world.run(500)
        for _ in 0..<4 { Self.measure(world, 99) }
        #expect(world.engine.images.contains("app:3"))
        #expect(world.engine.images.contains("app:2"))
    }

    @Test func anImageThatTheEngineKeepsIsLetBeAndNothingIsWrittenForIt() {
        let world = Self.world(1...4)
        world.run(10_000)
        world.engine.keptImages = ["app:1"]
        let writes = world.persistCount
        Self.measure(world, 90)
        #expect(world.takeLog() == ["remove image app:1"])
        #expect(world.persistCount == writes)
        Self.measure(world, 90)
        Self.measure(world, 90)
        #expect(world.takeLog() == ["remove image app:2"], "others have their turn")
        #expect(!world.machine.isCollectingImages, "there is nothing left to be quick about")
        for _ in 0..<10 { Self.measure(world, 90) }
        #expect(world.takeLog().isEmpty)
        world.run(NodeLimits.imageBackoffMilliseconds)
        Self.measure(world, 90)
        Self.measure(world, 90)
        #expect(world.takeLog() == ["remove image app:1"])
        world.run(NodeLimits.imageBackoffMilliseconds)
        Self.measure(world, 90)
        #expect(world.takeLog().isEmpty, "the pauses grow")
        world.engine.keptImages = []
        world.run(NodeLimits.imageBackoffMilliseconds)
        Self.measure(world, 90)
        #expect(world.takeLog() == ["remove image app:1"])
        #expect(world.engine.images == ["app:3", "app:4"])
    }

    @Test func withoutDockerTheDiskIsNotLookedAtInHaste() {
        let world = Self.world(1...3)
        world.dockerDown()
        Self.measure(world, 90)
        #expect(!world.machine.isCollectingImages)
        #expect(world.takeLog().isEmpty)
    }
}
