import Model
import NodeCore
import Testing

extension World {
    /// A node whose one replica has proved itself.
    static func serving(
        hostPort: UInt16? = 8080, volumes: [VolumeMount] = [], graceSecs: Int? = nil
    ) -> World {
        let world = World()
        world.dockerUp()
        world.apply([Fixtures.replica(hostPort: hostPort, volumes: volumes, graceSecs: graceSecs)])
        world.run(20_000)
        _ = world.takeLog()
        return world
    }

    func update(
        image: String = "app:2", generation: UInt64 = 2, hostPort: UInt16? = 8080,
        restart: RestartSpec? = nil, strategy: RolloutStrategy = RolloutStrategy(),
        volumes: [VolumeMount] = [], graceSecs: Int? = nil
    ) {
        apply([
            Fixtures.replica(
                image: image, generation: generation, hostPort: hostPort, restart: restart,
                strategy: strategy, volumes: volumes, graceSecs: graceSecs)
        ])
    }

    /// Runs, one millisecond after the other, until something holds.
    func run(until isDone: () -> Bool) {
        let end = milliseconds + 60_000
        while !isDone(), milliseconds < end { run(1) }
        #expect(isDone())
    }

    /// What is reported of the replica.
    var said: InstanceReport? { report(Fixtures.replica()) }
}
