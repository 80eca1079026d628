import EventLoop
import Foundation
import JSON
import Model
import TestKit
import Testing

/// Back up, lose the disk, restore: containers run on untouched, and nothing changes before an operator's word.
@Suite(.onLoop, .serialized) struct RestoreStoryTests {
    @Test(.timeLimit(.minutes(5))) @LoopActor func aLostDatabaseComesBackWithoutTouchingContainers()
        async throws
    {
        guard let docker = try await PrivateDocker.shared() else { return }
        let image = try await docker.image()
        let programs = try Programs(dockerHost: docker.host)
        defer { programs.end() }
        try await programs.startControlPlane()
        try programs.startAgent()
        let body = { (name: String) in
            #"{"name":"\#(name)","image":"\#(image)","ports":[{"container_port":80}],"stop_grace_secs":1}"#
        }
        #expect(try await programs.call(.post, "/api/v1/deployments", body("steady")).0 == 201)
        try await programs.awaitRunning("steady", replicas: 1)

        let file = programs.folder.path("backup.db")
        let backup = try await programs.fledx(["backup", "--output", file])
        #expect(backup.code == 0, "\(backup.errors)")
        #expect(try FileIO.status(file)?.sizeBytes ?? 0 > 0)

        // Younger than the copy: the restored control plane has never heard of it.
        #expect(try await programs.call(.post, "/api/v1/deployments", body("young")).0 == 201)
        try await programs.awaitRunning("young", replicas: 1)
        let steady = try await Containers.of("steady", on: docker).runningIDs
        let young = try await Containers.of("young", on: docker).runningIDs

        try programs.killControlPlane()
        for suffix in ["", "-wal", "-shm"] { try? FileIO.remove(programs.folder.path("cp.db\(suffix)")) }
        let restored = try await programs.controlPlaneCommand(["restore", file])
        #expect(restored.code == 0, "\(restored.errors)")
        let old = restored.output.split(separator: "\"").first { $0.utf8.count == 36 }.map(String.init)
        try await programs.startControlPlane()

        try await programs.eventually("the node waits for a word") {
            try await self.waiting(programs) == 1
        }
        #expect(try await Containers.of("steady", on: docker).runningIDs == steady)
        #expect(try await Containers.of("young", on: docker).runningIDs == young, "kept until confirmed")

        let epoch = try #require(old, "\(restored.output)")
        #expect(
            try await programs.call(.post, "/api/v1/cluster/confirm", #"{"epoch":"\#(epoch)"}"#).0 == 200)
        try await programs.eventually("what the copy does not know is removed") {
            try await Containers.of("young", on: docker).all.isEmpty
        }
        try await programs.awaitRunning("steady", replicas: 1)
        #expect(try await Containers.of("steady", on: docker).runningIDs == steady, "nothing was restarted")
        #expect(try await programs.call(.delete, "/api/v1/deployments/steady").0 == 204)
        try await programs.eventually("no container is left") {
            try await Containers.of("steady", on: docker).all.isEmpty
        }
    }

    /// The built program with the line of docs/operations.md: made while it runs, put in place on another machine.
    @Test(.timeLimit(.minutes(2))) @LoopActor func aCopyWithKeysStartsOnAnotherMachine() async throws {
        let programs = try Programs(dockerHost: "unix:///nowhere.sock")
        defer { programs.end() }
        try await programs.startControlPlane()
        let file = programs.folder.path("copy.db")
        let phrase = ["FLEDX_CP_BACKUP_PASSPHRASE": "a passphrase of the tests"]
        let made = try await programs.controlPlaneCommand(["backup", "--with-keys", file], phrase)
        #expect(made.code == 0, "\(made.errors)")
        programs.end()

        let other = try Programs(dockerHost: "unix:///nowhere.sock")
        defer { other.end() }
        let restored = try await other.controlPlaneCommand(["restore", file], phrase)
        #expect(restored.code == 0, "\(restored.errors)")
        try await other.startControlPlane()
        #expect(try await other.call(.get, "/api/v1/nodes").0 == 200)
    }

    @LoopActor private func waiting(_ programs: Programs) async throws -> Int {
        try await programs.call(.get, "/api/v1/cluster").1["nodes"]?.arrayValue?
            .filter { $0["held"]?.boolValue == true }.count ?? 0
    }
}
