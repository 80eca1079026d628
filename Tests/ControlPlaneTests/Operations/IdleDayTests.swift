import ClusterCore
import EventLoop
import Foundation
import Model
import SQLite
import TestKit
import Testing

@testable import ControlPlane

/// What a cluster at rest costs the disk: a day of a thousand nodes, of which each reports at its own time.
@Suite(.onLoop, .serialized) struct IdleDayTests {
    private static let nodes = 1_000
    private static let groups = 12
    private static let hours = 24

    @Test(.timeLimit(.minutes(4))) @LoopActor func aDayOfAThousandIdleNodesWritesLessThanAMegabyte()
        async throws
    {
        let clock = MovableClock()
        let settings = ["FLEDX_CP_REACHABILITY_HEARTBEAT_STALE_SECS": "10800"]
        try await TestPlane.with(settings, clock: clock) { plane in
            let host = plane.plane.host
            let fleet = try Self.register(host)
            var sequence: UInt64 = 0
            // The first reports of all: they are decisions, and no part of a day at rest.
            for node in fleet { try Self.report(node, &sequence, host) }
            try await Self.settle(host)
            var log = try WriteAheadLog(plane.folder.path("test.db"))
            let before = host.store.worker.counters
            for _ in 0..<Self.hours {
                for group in 0..<Self.groups {
                    clock.move(seconds: Int64(3600 / Self.groups))
                    for index in stride(from: group, to: fleet.count, by: Self.groups) {
                        // Nobody reports at the same time as another, so no two share a transaction.
                        try Self.report(fleet[index], &sequence, host)
                        try await Self.settle(host)
                    }
                    _ = try host.perform(.tick)
                    try await Self.settle(host)
                    try log.look()
                }
            }
            let after = host.store.worker.counters
            #expect(after.droppedTelemetry == before.droppedTelemetry)
            // At most each page once.
            let checkpoints = Int(after.checkpoints - before.checkpoints)
            let bytes = log.bytes + checkpoints * log.pages * WriteAheadLog.pageBytes
            print("an idle day of \(Self.nodes) nodes: \(bytes) bytes, \(checkpoints) checkpoints")
            #expect((1...1_000_000).contains(bytes))
        }
    }

    private struct Node {
        let id: NodeID
        let token: TokenID
    }

    @LoopActor private static func register(_ host: ClusterHost) throws -> [Node] {
        try (0..<nodes).map { number in
            let command = RegisterNode(
                name: "edge-\(number)",
                inventory: Inventory(arch: "amd64", os: "linux", labels: ["region": "eu"]),
                tokenHash: Array("hash-\(number)".utf8), requestID: "r")
            guard case .registration(let reply) = try host.perform(.registerNode(command)) else {
                throw Refusal(.internalServerError, "internal_error", "not registered")
            }
            let token = try #require(host.cluster.tokens(of: reply.nodeID).first)
            return Node(id: reply.nodeID, token: token.id)
        }
    }

    @LoopActor private static func report(_ node: Node, _ sequence: inout UInt64, _ host: ClusterHost) throws
    {
        sequence += 1
        var report = NodeReport()
        report.sequence = sequence
        _ = try host.perform(
            .recordReport(RecordReport(nodeID: node.id, tokenID: node.token, report: report)))
    }

    /// Waits until everything that was decided or noted is written.
    @LoopActor private static func settle(_ host: ClusterHost) async throws {
        let number = host.store.worker.submitTelemetry([])
        try await host.store.worker.telemetryEnded(
            through: number, deadlineMilliseconds: 10_000)
    }

    /// What SQLite has appended to the log of a database, by the count in its shared memory.
    private struct WriteAheadLog {
        static let pageBytes = 4096
        private static let frameBytes = 4096 + 24
        private let path: String
        private var last: Int
        private(set) var pages = 0
        private var frames = 0

        init(_ database: String) throws {
            path = database + "-shm"
            last = 0
            last = try count()
        }

        var bytes: Int { frames * Self.frameBytes }

        mutating func look() throws {
            let now = try count()
            // The log begins anew after a checkpoint.
            frames += now >= last ? now - last : now
            last = now
        }

        /// The number of valid frames, and how many pages the database has.
        private mutating func count() throws -> Int {
            let data = try Data(contentsOf: URL(fileURLWithPath: path))
            func number(at offset: Int) -> Int {
                (0..<4).reduce(0) { $0 | Int(data[offset + $1]) << (8 * $1) }
            }
            pages = number(at: 20)
            return number(at: 16)
        }
    }
}
