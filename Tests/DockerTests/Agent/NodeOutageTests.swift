import AgentTestKit
import DockerEngine
import EventLoop
import Model
import TestKit
import Testing

@Suite(.onLoop) struct NodeOutageTests {
    @Test @LoopActor func aDaemonThatGoesAndComesIsReportedAndEverythingRunsAgain() async throws {
        try await NodeFixture.run(ownDaemon: true) { node in
            let port = try await EngineFixture.freePort()
            let replica = Replicas.one(image: try await node.docker.image(.one), hostPort: port)
            node.controlPlane.publish([replica])
            try node.start()
            let id = try await node.reported(replica, .running).containerID
            try await node.docker.shutDown()
            try await node.reported(replica, .unknown)
            #expect(node.controlPlane.last?.conditions.map(\.type) == ["docker_down"])
            #expect(node.controlPlane.last?.nodeStatus == .error)
            try await node.docker.restart()
            let report = try await node.reported(replica, .running)
            #expect(report.containerID == id)
            #expect(node.controlPlane.last?.conditions.isEmpty == true)
            try await eventually("it serves") { await node.page(port) != nil }
        }
    }

    @Test @LoopActor func afterAPowerCutEverythingComesBackWithoutAControlPlane() async throws {
        try await NodeFixture.run(ownDaemon: true) { node in
            let image = try await node.docker.image(.one)
            let port = try await EngineFixture.freePort()
            let replicas = [Replicas.one(1, image: image, hostPort: port), Replicas.one(2, image: image)]
            node.controlPlane.publish(replicas)
            try node.start()
            for replica in replicas { try await node.reported(replica, .running) }
            let before = try await node.containers().map(\.id).sorted()
            await node.controlPlane.stop()
            await node.stop()
            try await node.docker.crash()
            try await node.docker.restart()
            let started = EventLoop.now
            try node.start()
            try await eventually("both run again") {
                try await node.containers().filter { $0.status == .running }.count == 2
            }
            StandardIO.write(
                "measured: agent start to all back \(EventLoop.now.milliseconds(since: started)) ms\n",
                to: .error)
            #expect(try await node.containers().map(\.id).sorted() == before)
            try await eventually("it serves") { await node.page(port)?.contains("version 1") == true }
        }
    }
}
