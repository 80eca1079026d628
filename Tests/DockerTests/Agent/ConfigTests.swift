import AgentTestKit
import DockerEngine
import EventLoop
import Foundation
import Model
import TestKit
import Testing

/// Configs in real containers: variables, hidden values, files, in the order in which they win.
@Suite(.onLoop) struct ConfigTests {
    private static func reference(_ number: UInt64, version: UInt64 = 1) -> ConfigReference {
        ConfigReference(configID: ConfigID(UUIDValue(high: 6, low: number)), version: version)
    }

    private static func document(_ image: String, revision: UInt64 = 1, text: String = "first")
        -> DesiredStateDocument
    {
        let version = revision
        let node = DesiredConfig(
            reference: reference(1), name: "of-node",
            content: ConfigContent(
                entries: [
                    ConfigEntry(key: "A", source: .value("node")),
                    ConfigEntry(key: "B", source: .value("node")),
                    ConfigEntry(key: "C", source: .secret), ConfigEntry(key: "D", source: .secret),
                ],
                files: [ConfigFile(path: "/etc/app/one", mode: 0o444, source: .content(Array("node".utf8)))]))
        let own = DesiredConfig(
            reference: reference(2, version: version), name: "own",
            content: ConfigContent(
                entries: [
                    ConfigEntry(key: "B", source: .secretReference("b")),
                    ConfigEntry(key: "C", source: .value("own")),
                ],
                files: [
                    ConfigFile(path: "/etc/app/one", source: .content(Array(text.utf8))),
                    ConfigFile(path: "/etc/app/two", source: .reference("local/two")),
                ]))
        var replica = Replicas.one(image: image, generation: revision, env: ["D": "declared"], graceSecs: 1)
        replica.configs = [node.reference, own.reference]
        replica.strategy = RolloutStrategy(healthyAfterSecs: 1, gateSecs: 5)
        var document = ScriptedControlPlane.document([replica], revision: revision)
        document.configs = [node, own]
        document.secrets = DesiredSecrets(configValues: [
            .init(reference: node.reference, key: "C", value: "hush-c"),
            .init(reference: node.reference, key: "D", value: "hush-d"),
        ])
        return document
    }

    private static let look =
        "echo $A $B $C $D; cat /etc/app/one; echo; cat /etc/app/two; echo; ls -l /etc/app/one"

    @LoopActor private static func seen(_ id: String?, _ node: NodeFixture) async throws -> String {
        let result = try await node.client.execute(
            ["/bin/sh", "-c", look], in: try #require(id), milliseconds: 10_000)
        return String(decoding: result.output, as: UTF8.self)
    }

    @Test @LoopActor func variablesAndFilesArriveAndANewVersionIsANewContainer() async throws {
        try await NodeFixture.run { node in
            let data = node.folder.path("data")
            try FileIO.makeFolders("\(data)/configs/local")
            try Data("here".utf8).write(to: URL(filePath: "\(data)/configs/local/two"))
            let settings = ["FLEDX_AGENT_VOLUME_DATA_DIR": data, "FLEDX_SECRET_b": "hush-b"]
            let document = Self.document(try await node.docker.image(.one))
            let replica = document.deployments[0]
            node.controlPlane.publish(document)
            try node.start(settings)
            let id = try #require(try await node.reported(replica, .running).containerID)
            let lines = try await Self.seen(id, node).split(separator: "\n").map(String.init)
            #expect(lines.prefix(3) == ["node hush-b own declared", "first", "here"])
            #expect(lines.last?.hasPrefix("-r--------") == true)
            let labels = "\(try await node.client.inspectContainer(id).labels)"
            #expect(!labels.contains("hush"))
            #expect(!node.log.contains("hush"))

            await node.stop()
            try await node.client.stopContainer(id, graceSeconds: 1)
            node.forgetRunFolder()
            let reports = node.controlPlane.reports.count
            try node.start(settings)
            try await eventually("a report of the new life") { node.controlPlane.reports.count > reports }
            try await node.reported(replica, .running) { $0.containerID == id }
            #expect(try await Self.seen(id, node).contains("first"))

            let next = Self.document(replica.container.image, revision: 2, text: "second")
            node.controlPlane.publish(next)
            let after = try await node.reported(replica, .running) { $0.generation == 2 }
            #expect(after.containerID != id)
            #expect(try await Self.seen(after.containerID, node).contains("second"))
        }
    }
}
