import AgentTestKit
import DockerEngine
import EventLoop
import HTTPClient
import Logging
import Model
import NodeCore
import TestKit
import Testing

@testable import Agent

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

    /// A tag that moved on, as with `always`, is not taken from its new image: the old one goes by its id, or stays
    /// while somebody else has named it.
    @Test @LoopActor func anImageThatItsTagLeftGoesItself() async throws {
        guard let docker = try await PrivateDocker.shared() else { return }
        let http = HTTPClient()
        defer { http.close() }
        let client = DockerClient(endpoint: DockerEndpoint(socketPath: docker.socketPath), http: http)
        let folder = try TemporaryFolder()
        let runtime = DockerRuntime(
            client: client, nodeID: NodeID(UUIDValue(high: 78, low: 1)),
            preparation: Preparation(
                volumes: VolumeRules(),
                secrets: SecretSource(folder: folder.path, prefix: "S_", environment: [:]),
                runFolder: folder.path, configFolder: folder.path,
                nodeID: NodeID(UUIDValue(high: 78, low: 1)),
                log: Logger(label: "test")),
            logins: RegistryLogins(file: nil), probes: ProbeRunner(docker: client, http: http),
            saveMemory: { _ in })
        // Images of their own, so that no other test misses them.
        func make(_ label: String) async throws -> String {
            let place = "fromSrc=-&repo=moving&tag=latest&changes=LABEL%20made%3D\(label)"
            try await docker.call("POST", "/images/create?\(place)", [UInt8](repeating: 0, count: 1024))
            return try await client.inspectImage("moving:latest").id
        }
        let old = try await make("old")
        let named = try await make("named")
        try await client.tagImage("moving:latest", repository: "somebody", tag: "keeps")
        let new = try await make("new")
        #expect(Set([old, named, new]).count == 3)
        func remove(_ id: String) async -> ActionResult {
            await runtime.perform(
                .removeImage(
                    PulledImage(imageID: id, name: "moving:latest", lastNeeded: Timestamp(milliseconds: 0))))
        }
        #expect(await remove(old) == .imageRemoved)
        #expect(await kind { _ = try await client.inspectImage(old) } == .imageNotFound)
        guard case .failed(let failure) = await remove(named) else {
            Issue.record("an image that somebody named was removed")
            return
        }
        #expect(failure.detail.contains("somebody:keeps"))
        #expect(try await client.inspectImage("moving:latest").id == new)
        #expect(await remove(new) == .imageRemoved)
        #expect(await kind { _ = try await client.inspectImage(new) } == .imageNotFound)
        #expect(await remove(old) == .imageRemoved, "what is gone is gone")
        try await client.removeImage("somebody:keeps")
    }
}
