import AgentTestKit
import DockerEngine
import EventLoop
import Foundation
import Model
import NodeCore
import TestKit
import Testing

/// Volumes on a real daemon: what is allowed is there, what is not is refused with its reason.
@Suite(.onLoop) struct VolumeTests {
    private static func replica(_ image: String, _ volumes: [VolumeMount], generation: UInt64 = 1)
        -> DesiredReplica
    {
        var replica = Replicas.one(image: image, generation: generation, graceSecs: 1)
        replica.container.volumes = volumes
        return replica
    }

    @Test @LoopActor func foldersOfTheNodeAreInTheContainerAsDeclared() async throws {
        try await NodeFixture.run { node in
            let prefix = node.folder.path("volumes")
            try FileIO.makeFolders("\(prefix)/shown")
            try Data("seen".utf8).write(to: URL(filePath: "\(prefix)/shown/file"))
            let replica = Self.replica(
                try await node.docker.image(.one),
                [
                    VolumeMount(hostPath: "\(prefix)/made/here", containerPath: "/data"),
                    VolumeMount(hostPath: "\(prefix)/shown", containerPath: "/shown", readOnly: true),
                ])
            node.controlPlane.publish([replica])
            try node.start(["FLEDX_AGENT_ALLOWED_VOLUME_PREFIXES": prefix])
            let id = try #require(try await node.reported(replica, .running).containerID)
            #expect(node.controlPlane.last?.capabilities?.contains("volumes") == true)
            let written = try await node.client.execute(
                ["/bin/sh", "-c", "echo kept >/data/file && cat /shown/file && ! echo x >/shown/file"],
                in: id, milliseconds: 10_000)
            #expect(written.exitCode == 0, "\(String(decoding: written.output, as: UTF8.self))")
            #expect(String(decoding: written.output, as: UTF8.self).contains("seen"))
            #expect(try String(contentsOfFile: "\(prefix)/made/here/file", encoding: .utf8) == "kept\n")
        }
    }

    /// Two writers of one folder spoil what is in it.
    @Test @LoopActor func theOldContainerHasEndedBeforeTheNewOneWritesToItsFolder() async throws {
        try await NodeFixture.run { node in
            let prefix = node.folder.path("volumes")
            let data = [VolumeMount(hostPath: "\(prefix)/data", containerPath: "/data")]
            let one = Self.replica(try await node.docker.image(.one), data)
            node.controlPlane.publish([one])
            try node.start(["FLEDX_AGENT_ALLOWED_VOLUME_PREFIXES": prefix])
            try await node.reported(one, .running)
            let identity = ContainerIdentity(labels: try #require(try await node.containers().first).labels)
            #expect(identity?.writableVolumes == ["\(prefix)/data"])
            #expect(identity?.stopGraceSecs == 1)
            var two = Self.replica(try await node.docker.image(.two), data, generation: 2)
            two.strategy = RolloutStrategy(healthyAfterSecs: 60, gateSecs: 90)
            node.controlPlane.publish([two])
            try await node.reported(two, .running) { $0.generation == 2 }
            let states = try await node.containers().map(\.status)
            #expect(states.count == 2 && states.contains(.running) && states.contains(.exited), "\(states)")
        }
    }

    @Test @LoopActor func aLinkOutOfTheFolderIsRefusedAndTheOldContainerServesOn() async throws {
        try await NodeFixture.run { node in
            let prefix = node.folder.path("volumes")
            try FileIO.makeFolders(prefix)
            try FileManager.default.createSymbolicLink(
                atPath: "\(prefix)/out", withDestinationPath: "/etc")
            let image = try await node.docker.image(.one)
            let good = Self.replica(image, [VolumeMount(hostPath: "\(prefix)/a", containerPath: "/data")])
            node.controlPlane.publish([good])
            try node.start(["FLEDX_AGENT_ALLOWED_VOLUME_PREFIXES": prefix])
            let id = try await node.reported(good, .running).containerID
            let bad = Self.replica(
                image,
                [
                    VolumeMount(hostPath: "\(prefix)/out/ssl", containerPath: "/data"),
                    VolumeMount(hostPath: "/etc", containerPath: "/other", readOnly: true),
                ], generation: 2)
            node.controlPlane.publish([bad])
            let report = try await node.reported(bad, .running) {
                $0.message?.contains("symbolic link") == true
            }
            #expect(report.containerID == id)
            #expect(report.generation == 1)
            #expect(report.message?.contains("\(prefix)/out is a symbolic link") == true)
            #expect(report.message?.contains("volume /etc cannot be mounted") == true)
            #expect(try await node.containers().map(\.id) == [id])
        }
    }

    @Test @LoopActor func aNodeThatAllowsNoneSaysSoAndAMissingReadOnlyFolderIsNamed() async throws {
        try await NodeFixture.run { node in
            let replica = Self.replica(
                try await node.docker.image(.one), [VolumeMount(hostPath: "/srv/x", containerPath: "/data")])
            node.controlPlane.publish([replica])
            try node.start(["FLEDX_AGENT_ALLOWED_VOLUME_PREFIXES": "none"])
            try await node.reported(replica, .pending) {
                $0.message?.contains("FLEDX_AGENT_ALLOWED_VOLUME_PREFIXES") == true
            }
            await node.stop()
            let prefix = node.folder.path("volumes")
            let missing = Self.replica(
                try await node.docker.image(.one),
                [VolumeMount(hostPath: "\(prefix)/x", containerPath: "/data", readOnly: true)], generation: 2)
            try FileIO.makeFolders(prefix)
            node.controlPlane.publish([missing])
            try node.start(["FLEDX_AGENT_ALLOWED_VOLUME_PREFIXES": prefix])
            try await node.reported(missing, .pending) { $0.message?.contains("does not exist") == true }
            try FileIO.makeFolders("\(prefix)/x")
            try await node.reported(missing, .running)
        }
    }
}
