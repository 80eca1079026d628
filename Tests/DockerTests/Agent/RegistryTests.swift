import AgentTestKit
import DockerEngine
import EventLoop
import Foundation
import Model
import TestKit
import Testing

/// Images of a registry that asks for a login.
@Suite(.onLoop) struct RegistryTests {
    /// A node, and an image that only its registry has.
    @LoopActor private static func run(
        _ tag: String, _ test: @LoopActor (NodeFixture, DesiredReplica, String) async throws -> Void
    ) async throws {
        try await NodeFixture.run { node in
            guard PrivateDocker.path(of: "docker-registry") != nil else {
                return TestEnvironment.skip("docker-registry is not installed")
            }
            let registry = try await PrivateRegistry.start(wantsLogin: true)
            defer { registry.end() }
            let image = try await registry.push(
                try await node.docker.image(.one), from: node.docker, repository: "private", tag: tag)
            try await node.client.removeImage(image)
            try await test(node, Replicas.one(image: image, graceSecs: 1), registry.address)
        }
    }

    private static func document(
        _ replica: DesiredReplica, _ host: String, revision: UInt64 = 1, password: String
    ) -> DesiredStateDocument {
        var document = ScriptedControlPlane.document([replica], revision: revision)
        document.secrets = DesiredSecrets(registryLogins: [
            .init(name: "shop", host: host, username: PrivateRegistry.login.username, password: password)
        ])
        return document
    }

    @Test @LoopActor func withoutALoginTheRefusalIsToldAndTheDesiredStateBringsOne() async throws {
        try await Self.run("one") { node, replica, host in
            node.controlPlane.publish([replica])
            try node.start()
            try await node.reported(replica, .pending) {
                $0.message?.contains("the registry does not serve") == true
            }
            var named = replica
            named.generation = 2
            named.container.pull.credential = "shop"
            node.controlPlane.publish(Self.document(named, host, revision: 2, password: "word"))
            let report = try await node.reported(named, .running)
            #expect(report.imageDigest?.hasPrefix("\(host)/private@sha256:") == true)
            #expect(node.controlPlane.last?.capabilities?.contains("pull.credential") == true)
            let details = try await node.client.inspectContainer(try #require(report.containerID))
            #expect(!node.log.contains("word"))
            #expect(!"\(details.labels) \(details.environment)".contains("word"))
            let kept = try FileIO.read(node.folder.path("agent/desired.json"), limitBytes: 1 << 20)
            #expect(!String(decoding: kept, as: UTF8.self).contains("\"word\""))
        }
    }

    @Test @LoopActor func aLoginOutlivesTheAgentAndTheControlPlane() async throws {
        try await Self.run("two") { node, replica, host in
            node.controlPlane.publish(Self.document(replica, host, password: "word"))
            try node.start()
            let id = try #require(try await node.reported(replica, .running).containerID)
            await node.stop()
            await node.controlPlane.stop()
            try await node.client.removeContainer(id, force: true)
            try await node.client.removeImage(replica.container.image)
            try node.start()
            try await eventually("pulled and started again", milliseconds: 30_000) {
                try await node.containers().contains { $0.status == .running }
            }
            try node.controlPlane.start()
        }
    }

    @Test @LoopActor func theNodesOwnFileIsUsed() async throws {
        try await Self.run("three") { node, replica, host in
            let path = node.folder.path("config.json")
            let word = Data("me:word".utf8).base64EncodedString()
            try FileIO.writeDurably(path, Array(#"{"auths":{"\#(host)":{"auth":"\#(word)"}}}"#.utf8))
            node.controlPlane.publish([replica])
            try node.start(["FLEDX_AGENT_REGISTRY_AUTH_FILE": path])
            try await node.reported(replica, .running)
        }
    }
}
