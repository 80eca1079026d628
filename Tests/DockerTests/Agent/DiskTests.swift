import AgentTestKit
import DockerEngine
import EventLoop
import Foundation
import Model
import TestKit
import Testing

/// The disk of Docker's images and containers is full, to the last byte.
@Suite(.onLoop) struct DiskTests {
    @Test @LoopActor func aFullDiskOfDockersIsToldAndMovesNothing() async throws {
        try await Fleet.run(
            ownDaemon: true, diskMebibytes: 96, ["FLEDX_AGENT_IMAGE_INTERVAL_SECS": "1"]
        ) { fleet in
            let node = fleet.node
            let filling = URL(filePath: node.docker.dataFolder).appending(path: "filling")
            try Self.fill(filling)
            try await fleet.condition("disk_pressure")
            #expect(node.controlPlane.last?.nodeStatus == .ready, "it serves on and can be told what to do")
            // What is new needs room; the rest serves on.
            var more = fleet.all
            more.append(Replicas.one(9, image: fleet.replicas[0].container.image, graceSecs: 1))
            node.controlPlane.publish(more)
            try await eventually("the new one says what is missing", milliseconds: 60_000) {
                let report = node.controlPlane.state(more[6])
                return report?.state != .running && report?.message?.contains("no space left") == true
            }
            // What dies needs room too, and may find what it left itself, unless the new one was quicker.
            let victim = try await fleet.crash(more[0], awaitsReturn: false)
            try await eventually("one of the two says what is missing", milliseconds: 60_000) {
                guard let report = node.controlPlane.state(more[0]) else { return false }
                let isBack = report.state == .running && report.restartCount > 0
                let reports = [report, node.controlPlane.state(more[6])]
                return (isBack || report.state != .running)
                    && reports.contains { $0?.message?.contains("no space left") == true }
            }
            try await fleet.isUntouched(except: [victim])
            try FileManager.default.removeItem(at: filling)
            try await fleet.well()
            for replica in [more[0], more[6]] {
                try await node.reported(replica, .running, milliseconds: 60_000)
            }
            try await fleet.isUntouched(except: [victim])
        }
    }

    /// Writes until nothing more fits.
    private static func fill(_ file: URL) throws {
        try FileIO.writeDurably(file.path, [])
        let handle = try FileHandle(forWritingTo: file)
        for size in [1 << 20, 4096] {
            while (try? handle.write(contentsOf: Data(repeating: 1, count: size))) != nil {}
        }
        try handle.close()
    }
}
