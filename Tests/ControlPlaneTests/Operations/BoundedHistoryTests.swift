import ClusterCore
import EventLoop
import JSON
import Model
import SQLite
import TestKit
import Testing

@testable import ControlPlane

/// Months of changes leave no more behind than their retention says: as many rows, as large a file.
@Suite(.onLoop, .serialized) struct BoundedHistoryTests {
    /// Rounds of five days; tombstones stay for thirty.
    private static let days: Int64 = 5
    private static let rounds = 9
    /// Changes of each kind in a round.
    private static let changes = 5

    @Test(.timeLimit(.minutes(4))) @LoopActor func rowsAndFileStopGrowing() async throws {
        let clock = MovableClock()
        let settings = ["FLEDX_CP_RETENTION_AUDIT_LOG_SECS": "\(20 * 86_400)"]
        try await TestPlane.with(settings, clock: clock) { plane in
            _ = try await plane.declare(BarrierTests.web)
            for round in 0..<Self.rounds { try await Self.live(round, plane, clock) }
            let before = try await Self.rows(plane)
            let pages = try await Self.pages(plane)
            for round in 0..<Self.rounds { try await Self.live(Self.rounds + round, plane, clock) }
            let after = try await Self.rows(plane)
            for (table, count) in after {
                // What is removed a moment later than in the round before.
                #expect(count <= before[table, default: 0] + 10, "\(table): \(before) then \(after)")
            }
            #expect(after["events", default: 0] > 20 && after["audit_log", default: 0] > 20)
            #expect(try await Self.pages(plane) <= pages + 16)
        }
    }

    /// However much is too old, it goes in one round of the clean-up, a piece at a time.
    @Test @LoopActor func aHistoryThatGrewFasterThanOnePieceIsBoundedAgain() async throws {
        try await TestPlane.with { plane in
            _ = try await plane.declare(BarrierTests.web)
            let worker = plane.plane.host.store.worker
            let old = plane.plane.host.clock.now().wall.adding(milliseconds: -100 * 86_400_000)
            let rows = 3 * ControlPlaneLimits.prunedRows + 7
            try await worker.perform { connection in
                try connection.transaction {
                    let before = try connection.first("SELECT max(seq) FROM events") { try $0.int64(0) } ?? 0
                    try connection.execute(
                        "UPDATE events SET seq = seq + ?", [.integer(Int64(rows) + before)])
                    for number in 1...rows {
                        try connection.execute(
                            """
                            INSERT INTO events SELECT ?, epoch, ?, kind, resource_type, resource_id, \
                            resource_name, text, attributes FROM events ORDER BY seq DESC LIMIT 1
                            """, [.integer(Int64(number)), .time(old)])
                        try connection.execute(
                            """
                            INSERT INTO audit_log (at, action, resource_type, status, count) \
                            VALUES (?, 'a', 'b', 'success', 1)
                            """, [.time(old)])
                    }
                    // As entries written under a clock that went ahead for a while.
                    try connection.execute("UPDATE audit_log SET at = at * 2 WHERE id % 1000 = 0")
                }
            }
            for cleanup in plane.plane.cleanups { try await cleanup.cleanUp() }
            let left = try await worker.perform { connection in
                try ["events", "audit_log"].map { table in
                    try connection.first("SELECT count(*) FROM \(table) WHERE at <= ?", [.time(old)]) {
                        try $0.int(0)
                    }
                }
            }
            #expect(left == [0, 0])
        }
    }

    /// A few days: things are declared, changed and deleted, under keys, and what is due is done.
    @LoopActor private static func live(_ round: Int, _ plane: TestPlane, _ clock: MovableClock) async throws
    {
        for number in 0..<changes {
            let name = "r\(round)-\(number)"
            let key = [("idempotency-key", name)]
            let body = #"{"name":"\#(name)","image":"nginx:1","replicas":2}"#
            try await done(plane, "POST", "deployments", body, key)
            try await done(plane, "PATCH", "deployments/\(name)", #"{"env":{"A":"\#(round)"}}"#)
            try await done(plane, "PATCH", "deployments/web", #"{"env":{"A":"\#(name)"}}"#)
            try await done(plane, "POST", "configs", #"{"name":"\#(name)","entries":[]}"#, key)
            try await done(plane, "DELETE", "deployments/\(name)", nil)
            try await done(plane, "DELETE", "configs/\(name)", nil)
            _ = try await plane.register(#"{"name":"\#(name)"}"#)
            try await done(plane, "DELETE", "nodes/\(name)?force=true", nil)
        }
        clock.move(seconds: days * 86_400)
        _ = try plane.plane.host.perform(.tick)
        for cleanup in plane.plane.cleanups { try await cleanup.cleanUp() }
    }

    @LoopActor private static func done(
        _ plane: TestPlane, _ method: String, _ path: String, _ body: String?,
        _ headers: [(String, String)] = []
    ) async throws {
        let answer = try await plane.send(method, "/api/v1/\(path)", json: body, headers: headers)
        try #require((200..<300).contains(answer.status), "\(method) \(path): \(answer.text)")
    }

    /// How many rows each table has.
    @LoopActor private static func rows(_ plane: TestPlane) async throws -> [String: Int] {
        try await plane.plane.host.store.worker.perform { connection in
            let tables = try connection.query("SELECT name FROM sqlite_schema WHERE type = 'table'") {
                try $0.string(0)
            }
            return Dictionary(
                uniqueKeysWithValues: try tables.map { table in
                    (table, try connection.first("SELECT count(*) FROM \(table)") { try $0.int(0) } ?? 0)
                })
        }
    }

    @LoopActor private static func pages(_ plane: TestPlane) async throws -> Int {
        try await plane.plane.host.store.worker.perform { connection in
            try connection.first("PRAGMA page_count") { try $0.int(0) } ?? 0
        }
    }
}
