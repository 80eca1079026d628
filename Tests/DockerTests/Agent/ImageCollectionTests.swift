import AgentTestKit
import DockerEngine
import EventLoop
import Model
import TestKit
import Testing

/// Images on a disk that counts as full: what this agent pulled and nobody needs goes, and nothing else.
@Suite(.onLoop) struct ImageCollectionTests {
    @Test @LoopActor func theCurrentTheOneBeforeAndForeignImagesStay() async throws {
        guard let registry = try await PrivateRegistry.shared() else { return }
        try await NodeFixture.run { node in
            var names: [String] = []
            for (tag, image) in [("1", TestImage.one), ("2", .two), ("3", .stubborn), ("foreign", .bad)] {
                names.append(
                    try await registry.push(
                        try await node.docker.image(image), from: node.docker, repository: "collected",
                        tag: tag))
            }
            // The agent has to pull the first three by itself.
            for name in names.prefix(3) { try await node.client.removeImage(name) }
            try node.start([
                "FLEDX_AGENT_IMAGE_HIGH_PERCENT": "1", "FLEDX_AGENT_IMAGE_LOW_PERCENT": "0",
                "FLEDX_AGENT_IMAGE_INTERVAL_SECS": "1",
            ])
            for (index, name) in names.prefix(3).enumerated() {
                let generation = UInt64(index + 1)
                var replica = Replicas.one(image: name, generation: generation, graceSecs: 1)
                replica.strategy = RolloutStrategy(healthyAfterSecs: 1, gateSecs: 5)
                node.controlPlane.publish([replica])
                try await node.reported(replica, .running) {
                    $0.generation == generation && $0.message == nil
                }
                try await eventually("only the new container is left") {
                    try await node.containers().count == 1
                }
            }
            try await eventually("the oldest image is gone", milliseconds: 30_000) {
                await kind { _ = try await node.client.inspectImage(names[0]) } == .imageNotFound
            }
            // Two more looks at the disk take nothing else.
            let looked = EventLoop.now
            try await eventually("two more looks") { EventLoop.now.milliseconds(since: looked) > 2500 }
            for name in names.dropFirst() { _ = try await node.client.inspectImage(name) }
            // Going back needs no registry.
            var back = Replicas.one(image: names[1], generation: 4, graceSecs: 1)
            back.strategy = RolloutStrategy(healthyAfterSecs: 1, gateSecs: 5)
            node.controlPlane.publish([back])
            try await node.reported(back, .running) { $0.generation == 4 }
        }
    }
}
