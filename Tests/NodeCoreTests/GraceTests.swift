import Model
import NodeCore
import Testing

/// A container gets the time to end that it was declared with, whatever became of the declaration since.
@Suite struct GraceTests {
    private static let c1 = ContainerID("c1")

    /// The graces of the stops that were asked for so far.
    private static func graces(_ world: World) -> [Int] {
        world.stops.filter { $0.id == c1 }.map(\.graceSecs)
    }

    @Test func anAgentThatStartsAnewStillKnowsTheGraceOfWhatNoDocumentNames() {
        let world = World.serving(graceSecs: 120)
        world.restartAgent()
        world.apply([])
        world.dockerUp()
        world.run(1000)
        #expect(Self.graces(world) == [120])
    }

    @Test func anUpdateThatShortensTheGraceLeavesTheOldContainerItsOwn() {
        let world = World.serving(graceSecs: 120)
        world.update(graceSecs: 5)
        world.run(1000)
        #expect(Self.graces(world) == [120])
        world.apply([])
        world.run(1000)
        #expect(world.stops.map(\.graceSecs) == [120, 5])
    }

    @Test(arguments: [true, false])
    func aGraceThatAloneChangesCountsForTheSameContainer(restarts: Bool) {
        let world = World.serving(graceSecs: 120)
        world.update(image: "app:1", graceSecs: 30)
        if restarts {
            world.restartAgent()
            world.dockerUp()
        }
        world.run(1000)
        #expect(world.machine.longestGraceSecs == 30)
        #expect(world.machine.graceSecs(of: Self.c1) == 30)
        world.apply([])
        world.run(1000)
        #expect(Self.graces(world) == [30])
    }

    @Test func aContainerOfAnEarlierReleaseGetsTheDeclaredGrace() {
        let world = World.serving(graceSecs: 120)
        world.engine.containers[Self.c1]?.fact.identity?.stopGraceSecs = nil
        world.restartAgent()
        world.dockerUp()
        world.run(1000)
        world.apply([])
        world.run(1000)
        #expect(Self.graces(world) == [120])
    }

    @Test(arguments: ["", "-1", "3601", "x"])
    func aLabelThatIsNoGraceSaysNothing(text: String) {
        var labels = Fixtures.container("c1", of: Fixtures.replica()).fact.identity?.labels ?? [:]
        #expect(ContainerIdentity(labels: labels)?.stopGraceSecs == 10)
        labels[ContainerLabel.stopGrace] = text
        #expect(ContainerIdentity(labels: labels)?.stopGraceSecs == nil)
    }
}
