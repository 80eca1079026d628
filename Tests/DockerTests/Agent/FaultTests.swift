import Agent
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
    @Test @LoopActor func aRegistryThatHangsDuringAnUpdateLeavesTheOldContainersServing() async throws {
        try await Fleet.run { fleet in
            let node = fleet.node
            var new = fleet.all
            new[0].container.image = fleet.pulling.container.image
            new[0].generation = 2
            node.controlPlane.publish(new)
            let report = try await node.reported(new[0], .running) {
                $0.message?.contains("is being made ready") == true
            }
            #expect(report.generation == 1)
            // Meanwhile one that dies comes back: a hanging pull holds up nothing.
            let victim = try await fleet.crash(fleet.replicas[4])
            try await node.reported(fleet.replicas[4], .running) { $0.restartCount == 1 }
            try await fleet.isUntouched(except: [victim])
            try fleet.thaw()
            try await node.reported(new[0], .running, milliseconds: 60_000) { $0.generation == 2 }
        }
    }

    /// The agent that refused an order takes it when there is room again; so does one that starts on the full disk.
    @Test @LoopActor func aFullDiskUnderTheStateRefusesNewOrdersUntilThereIsRoom() async throws {
        try await Fleet.run { fleet in
            let node = fleet.node
            await node.stop()
            guard let small = try SmallDisk(with: node.folder.path("agent")) else {
                return TestEnvironment.skip("no file system can be mounted")
            }
            defer { small.unmount() }
            try node.start()
            for replica in fleet.replicas { try await node.reported(replica, .running) }
            try small.fill()
            node.controlPlane.publish(Self.generation(2, Array(fleet.all.dropFirst())))
            try await fleet.condition("storage_full")
            try await fleet.isUntouched()
            #expect(node.agent?.appliedRevision == 1)
            let gone = try await fleet.container(of: fleet.replicas[0])
            try small.empty()
            try await node.reported(fleet.replicas[0], .removed)
            #expect(node.agent?.appliedRevision == 2)
            try await fleet.well()
            try await fleet.isUntouched(except: [gone])

            try small.fill()
            node.controlPlane.publish(Self.generation(3, fleet.all))
            try await fleet.condition("storage_full")
            let victim = try await fleet.crash(fleet.replicas[1])
            try await fleet.isUntouched(except: [gone, victim])
            await node.stop()
            let told = node.controlPlane.reports.count
            try node.start()
            try await eventually("the next life refuses it too") {
                node.controlPlane.reports.dropFirst(told).contains { report in
                    report.conditions.contains { $0.type == "storage_full" }
                }
            }
            #expect(node.agent?.appliedRevision == 2)
            try small.empty()
            try await node.reported(fleet.replicas[0], .running, milliseconds: 60_000)
            #expect(node.agent?.appliedRevision == 3)
            try await fleet.isUntouched(except: [gone, victim])
        }
    }

    private static func generation(_ number: UInt64, _ replicas: [DesiredReplica]) -> [DesiredReplica] {
        replicas.map { replica in
            var next = replica
            next.generation = number
            return next
        }
    }

    @Test @LoopActor func aClockThatJumpsByDaysMovesNothing() async throws {
        let clock = JumpingClock()
        try await Fleet.run(time: clock) { fleet in
            let node = fleet.node
            try await node.reported(fleet.replicas[1], .running) { $0.health?.healthy == true }
            var victim = ""
            for jump in [-86_400_000, 2 * 86_400_000] as [Int64] {
                clock.jump(jump)
                let count = node.controlPlane.state(fleet.replicas[0])?.restartCount ?? 0
                let killed = EventLoop.now
                victim = try await fleet.crash(fleet.replicas[0])
                try await node.reported(fleet.replicas[0], .running) { $0.restartCount == count + 1 }
                #expect(EventLoop.now.milliseconds(since: killed) < 8000, "its back-off is 200 to 400 ms")
            }
            try await fleet.isUntouched(except: [victim])
            #expect(fleet.replicas[1...].allSatisfy { node.controlPlane.state($0)?.restartCount == 0 })
        }
    }
}

/// A file system of 256 KiB in memory, over a folder.
private struct SmallDisk {
    private let folder: String
    private var filling: URL { URL(filePath: "\(folder)/fill") }

    /// Takes the folder's content along; nil where nothing can be mounted.
    init?(with folder: String) throws {
        self.folder = folder
        let script = """
            cp -a "$1" "$1.disk" && mount -t tmpfs -o size=256k,mode=700 none "$1" && cp -a "$1.disk/." "$1/"
            """
        guard try Child.run("/bin/sh", ["-c", script, "sh", folder]).code == 0 else { return nil }
    }

    func fill() throws {
        try FileIO.writeDurably(filling.path, [])
        let handle = try FileHandle(forWritingTo: filling)
        while (try? handle.write(contentsOf: Data(repeating: 1, count: 1024))) != nil {}
        try handle.close()
    }

    func empty() throws { try FileManager.default.removeItem(at: filling) }

    func unmount() { _ = try? Child.run("/bin/umount", ["-l", folder]) }
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
