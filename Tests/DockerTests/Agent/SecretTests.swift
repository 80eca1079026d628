import AgentTestKit
import DockerEngine
import EventLoop
import Foundation
import Model
import TestKit
import Testing

/// Secrets of the node in real containers: they arrive, and are seen nowhere else.
@Suite(.onLoop) struct SecretTests {
    private static func replica(
        _ image: String, env: [SecretVariable] = [], files: [SecretFile] = [], generation: UInt64 = 1
    ) -> DesiredReplica {
        var replica = Replicas.one(
            image: image, generation: generation, env: ["TOKEN": "plain", "OTHER": "shown"], graceSecs: 1)
        replica.container.secretEnv = env
        replica.container.secretFiles = files
        replica.strategy = RolloutStrategy(healthyAfterSecs: 1, gateSecs: 5)
        return replica
    }

    private static func put(_ name: String, _ text: String, _ node: NodeFixture) throws -> [String: String] {
        let folder = node.folder.path("secrets")
        try FileIO.makeFolders(folder, mode: 0o700)
        try Data(text.utf8).write(to: URL(filePath: "\(folder)/\(name)"))
        return ["FLEDX_AGENT_SECRETS_DIR": folder]
    }

    @LoopActor private static func run(_ command: String, _ id: String?, _ node: NodeFixture) async throws
        -> String
    {
        let result = try await node.client.execute(
            ["/bin/sh", "-c", command], in: try #require(id), milliseconds: 10_000)
        #expect(result.exitCode == 0)
        return String(decoding: result.output, as: UTF8.self)
    }

    @Test @LoopActor func secretsAreInTheContainerAndNowhereElse() async throws {
        try await NodeFixture.run { node in
            var settings = try Self.put("token", "hush-file\n", node)
            settings["FLEDX_SECRET_cert"] = "hush-variable"
            var replica = Self.replica(
                try await node.docker.image(.one),
                env: [
                    SecretVariable(name: "TOKEN", secret: "token"),
                    SecretVariable(name: "CERT", secret: "cert"),
                    SecretVariable(name: "ABSENT", secret: "none", optional: true),
                ],
                files: [
                    SecretFile(path: "/etc/app/cert", secret: "cert"),
                    SecretFile(path: "/etc/app/none", secret: "none", optional: true),
                    SecretFile(path: "/etc/app/token", secret: "token"),
                ])
            replica.container.user = "1000:1000"
            replica.container.env["PORT"] = "8080"
            node.controlPlane.publish([replica])
            try node.start(settings)
            let id = try await node.reported(replica, .running).containerID
            let seen = try await Self.run(
                "echo $TOKEN $CERT $OTHER ${ABSENT-absent}; cat /etc/app/cert; echo; cat /etc/app/token; "
                    + "ls -ln /etc/app/token; [ ! -e /etc/app/none ]", id, node)
            let lines = seen.split(separator: "\n").map(String.init)
            #expect(
                lines.prefix(3) == ["hush-file hush-variable shown absent", "hush-variable", "hush-file"])
            #expect(lines.last?.hasPrefix("-r--------    1 1000     1000") == true, "\(seen)")
            let details = try await node.client.inspectContainer(try #require(id))
            #expect(details.labels["fledx.secret_files"] == "r:cert r:token")
            #expect(!"\(details.labels)".contains("hush"))
            #expect(!node.log.contains("hush"))
            #expect(!node.controlPlane.reports.contains { "\($0)".contains("hush") })
            node.controlPlane.publish([], emptied: true)
            try await node.reported(replica, .removed)
            try await eventually("its files are gone") { node.secretFolders.isEmpty }
        }
    }

    @Test @LoopActor func aMissingSecretIsNamedAndTheOldContainerServesOn() async throws {
        try await NodeFixture.run { node in
            let settings = try Self.put("one", "1", node)
            let image = try await node.docker.image(.one)
            let good = Self.replica(image, env: [SecretVariable(name: "A", secret: "one")])
            node.controlPlane.publish([good])
            try node.start(settings)
            let id = try await node.reported(good, .running).containerID
            let bad = Self.replica(
                image, env: [SecretVariable(name: "A", secret: "two")],
                files: [SecretFile(path: "/three", secret: "three")], generation: 2)
            node.controlPlane.publish([bad])
            let report = try await node.reported(bad, .running) {
                $0.message?.contains("secret 'two' is missing on this node") == true
            }
            #expect(report.containerID == id)
            #expect(report.message?.contains("secret 'three' is missing") == true)
            #expect(report.message?.contains("FLEDX_SECRET_two") == true)
            _ = try Self.put("two", "2", node)
            _ = try Self.put("three", "3", node)
            let after = try await node.reported(bad, .running) { $0.generation == 2 }
            #expect(try await Self.run("echo $A; cat /three", after.containerID, node) == "2\n3")
        }
    }

    @Test @LoopActor func afterARebootTheFilesAreWrittenAnewWithWhatTheyAreNow() async throws {
        try await NodeFixture.run { node in
            let settings = try Self.put("one", "before", node)
            let replica = Self.replica(
                try await node.docker.image(.one), files: [SecretFile(path: "/one", secret: "one")])
            node.controlPlane.publish([replica])
            try node.start(settings)
            let id = try #require(try await node.reported(replica, .running).containerID)
            await node.stop()
            try await node.client.stopContainer(id, graceSeconds: 1)
            node.forgetRunFolder()
            _ = try Self.put("one", "after", node)
            let reports = node.controlPlane.reports.count
            try node.start(settings)
            try await eventually("a report of the new life") { node.controlPlane.reports.count > reports }
            try await node.reported(replica, .running) { $0.containerID == id }
            #expect(try await Self.run("cat /one", id, node) == "after")
        }
    }

    @Test @LoopActor func secretFilesAreNotWrittenToADisk() async throws {
        try await NodeFixture.run { node in
            guard try !MemoryFile.isInMemory(node.folder.path) else {
                return TestEnvironment.skip("the temporary folder is in memory")
            }
            var settings = try Self.put("one", "1", node)
            settings["FLEDX_AGENT_RUN_DIR"] = node.folder.path("run")
            let replica = Self.replica(
                try await node.docker.image(.one), files: [SecretFile(path: "/one", secret: "one")])
            node.controlPlane.publish([replica])
            try node.start(settings)
            try await node.reported(replica, .pending) {
                $0.message?.contains("FLEDX_AGENT_RUN_DIR") == true
            }
        }
    }
}
