import AgentTestKit
import DockerEngine
import EventLoop
import Foundation
import Model
import Synchronization
import TestKit
import Testing

/// What lies around a node fails; its containers do not notice.
@Suite(.onLoop) struct FaultTests {
    /// Five replicas of three deployments.
    @LoopActor static func replicas(_ node: NodeFixture, generation: UInt64 = 1) async throws
        -> [DesiredReplica]
    {
        let image = try await node.docker.image(.one)
        return (UInt64(1)...5).map { number in
            var replica = Replicas.one(number, image: image, generation: generation, graceSecs: 1)
            replica.deploymentID = DeploymentID(UUIDValue(high: 3, low: number % 3))
            replica.strategy = RolloutStrategy(healthyAfterSecs: 1, gateSecs: 5)
            if number % 2 == 0 {
                replica.container.health = HealthSpec(
                    liveness: ProbeSpec(.tcp(port: 80), intervalSeconds: 1))
            }
            return replica
        }
    }

    @LoopActor static func starts(_ node: NodeFixture) async throws -> [String: Timestamp?] {
        var starts: [String: Timestamp?] = [:]
        for container in try await node.containers() {
            starts[container.id] = try await node.client.inspectContainer(container.id).state.startedAt
        }
        return starts
    }

    @Test @LoopActor func aRegistryThatHangsDuringAnUpdateLeavesTheOldContainersServing() async throws {
        try await NodeFixture.run { node in
            guard PrivateDocker.path(of: "docker-registry") != nil else {
                return TestEnvironment.skip("docker-registry is not installed")
            }
            let registry = try await PrivateRegistry.start()
            defer { registry.end() }
            let name = try await registry.push(
                try await node.docker.image(.two), from: node.docker, repository: "fault", tag: "1")
            try await node.client.removeImage(name)
            let old = try await Self.replicas(node)
            node.controlPlane.publish(old)
            try node.start()
            for replica in old { try await node.reported(replica, .running) }
            let before = try await Self.starts(node)
            try registry.freeze()
            var new = try await Self.replicas(node)
            new[0].container.image = name
            new[0].generation = 2
            node.controlPlane.publish(new)
            let report = try await node.reported(new[0], .running) {
                $0.message?.contains("is being made ready") == true
            }
            #expect(report.generation == 1)
            // Meanwhile another one is stopped, and one that dies comes back: a hanging pull holds up nothing.
            let last = try #require(node.controlPlane.state(old[4])?.containerID)
            try await node.docker.call("POST", "/containers/\(last)/kill")
            try await node.reported(old[4], .running) { $0.restartCount == 1 }
            let during = try await Self.starts(node)
            #expect(before.keys.sorted() == during.keys.sorted())
            try registry.thaw()
            try await node.reported(new[0], .running, milliseconds: 60_000) { $0.generation == 2 }
        }
    }

    @Test @LoopActor func aFullDiskUnderTheStateRefusesNewOrdersAndKeepsTheContainers() async throws {
        try await NodeFixture.run { node in
            let folder = node.folder.path("agent")
            try FileIO.makeFolders(folder, mode: 0o700)
            let mounted = try Child.run("/bin/mount", ["-t", "tmpfs", "-o", "size=256k", "none", folder])
            guard mounted.code == 0 else { return TestEnvironment.skip("no file system can be mounted") }
            defer { _ = try? Child.run("/bin/umount", ["-l", folder]) }
            let old = try await Self.replicas(node)
            node.controlPlane.publish(old)
            try node.start()
            for replica in old { try await node.reported(replica, .running) }
            let before = try await Self.starts(node)
            let fill = URL(filePath: "\(folder)/fill")
            #expect(FileManager.default.createFile(atPath: fill.path, contents: nil))
            let handle = try FileHandle(forWritingTo: fill)
            while (try? handle.write(contentsOf: Data(repeating: 1, count: 1024))) != nil {}
            try handle.close()
            node.controlPlane.publish(Array(try await Self.replicas(node, generation: 2).dropLast()))
            try await eventually("the refusal is told") {
                node.controlPlane.last?.conditions.contains { $0.type == "storage_full" } == true
            }
            let victim = try #require(node.controlPlane.state(old[0])?.containerID)
            try await node.docker.call("POST", "/containers/\(victim)/kill")
            try await node.reported(old[0], .running) { $0.restartCount == 1 }
            #expect(try await Self.starts(node).keys.sorted() == before.keys.sorted())
            try FileManager.default.removeItem(at: fill)
            await node.stop()
            try node.start()
            try await node.reported(old[4], .removed)
            try await eventually("nothing is left to complain of") {
                node.controlPlane.last?.conditions.isEmpty == true
            }
        }
    }

    @Test @LoopActor func aClockThatJumpsByDaysMovesNothing() async throws {
        try await NodeFixture.run { node in
            let replicas = try await Self.replicas(node)
            node.controlPlane.publish(replicas)
            let clock = JumpingClock()
            try node.start(time: clock)
            for replica in replicas { try await node.reported(replica, .running) }
            try await node.reported(replicas[1], .running) { $0.health?.healthy == true }
            let before = try await Self.starts(node)
            for jump in [-86_400_000, 2 * 86_400_000] as [Int64] {
                clock.jump(jump)
                let victim = try #require(node.controlPlane.state(replicas[0])?.containerID)
                let count = node.controlPlane.state(replicas[0])?.restartCount ?? 0
                try await node.docker.call("POST", "/containers/\(victim)/kill")
                let killed = EventLoop.now
                try await node.reported(replicas[0], .running) { $0.restartCount == count + 1 }
                #expect(EventLoop.now.milliseconds(since: killed) < 8000, "its back-off is 200 to 400 ms")
            }
            let after = try await Self.starts(node)
            let victim = node.controlPlane.state(replicas[0])?.containerID
            #expect(before.filter { $0.key != victim } == after.filter { $0.key != victim })
            #expect(replicas[1...].allSatisfy { node.controlPlane.state($0)?.restartCount == 0 })
        }
    }
}

/// The real clocks, with a wall clock that somebody sets.
private final class JumpingClock: TimeSource, Sendable {
    private let offset = Mutex<Int64>(0)

    func jump(_ milliseconds: Int64) { offset.withLock { $0 += milliseconds } }

    func now() -> Moment {
        let moment = SystemTimeSource().now()
        let jumped = moment.wall.milliseconds + offset.withLock { $0 }
        return Moment(monotonic: moment.monotonic, wall: Timestamp(milliseconds: jumped))
    }
}
