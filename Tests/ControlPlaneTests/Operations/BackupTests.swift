import ClusterCore
import EventLoop
import Model
import SQLite
import TLS
import TestKit
import Testing

@testable import ControlPlane

/// Copies of the database: made while it is used, refused where they would do harm, and put back.
@Suite(.onLoop) struct BackupTests {
    @Test @LoopActor func theCopyIsWholeAndHasWhatWasAcknowledged() async throws {
        try await TestPlane.with { plane in
            let node = try await plane.readyNode(#"{"name":"edge-1"}"#)
            _ = try await plane.declare(BarrierTests.web)
            let answer = try await plane.send("POST", "/api/v1/backup")
            #expect(answer.status == 200)
            #expect(answer.headers["x-fledx-keys"] == "not-included")
            let body = Self.joined(answer.body)
            #expect(answer.headers["x-fledx-backup-bytes"] == "\(body.count)")
            #expect(answer.headers["x-fledx-backup-sha256"] == Hex.encode(SHA256.digest(body)))
            let path = plane.folder.path("copy.db")
            try FileIO.writeDurably(path, body)
            let (faults, found) = try BackupFile.read(path) {
                (try $0.faults(), try ClusterStore.snapshot($0))
            }
            #expect(faults == [])
            let snapshot = try #require(found)
            #expect(snapshot.deployments.map(\.spec.name) == ["web"])
            #expect(snapshot.nodes.map(\.id) == [node.id])
            #expect(snapshot.nodes.map(\.name) == ["edge-1"])
            #expect(try FileIO.list(plane.folder.path).filter { $0.hasPrefix("test.db.backup") } == [])
        }
    }

    @Test @LoopActor func oneCopyAtATimeAndOnlyWhereThereIsRoom() async throws {
        let hold = CommitHold()
        try await TestPlane.with(hold: hold) { plane in
            hold.holdNext()
            let change = try await plane.begin("POST", "/api/v1/deployments", json: BarrierTests.web)
            await hold.waitUntilHeld()
            let first = try await plane.begin("POST", "/api/v1/backup")
            let service = plane.plane.backup
            for _ in 0..<100_000 where !service.isBusy { await LoopActor.pass() }
            #expect(service.isBusy)
            let second = try await plane.begin("POST", "/api/v1/backup")
            hold.letGo()
            #expect(try await change.response().status == 201)
            #expect(try await first.response().status == 200)
            let refused = try await second.response()
            #expect(refused.status == 409)
            #expect(refused.code == "backup_running")
            for _ in 0..<100_000 where service.isBusy { await LoopActor.pass() }
            #expect(try await plane.send("POST", "/api/v1/backup").status == 200)
        }
    }

    @Test @LoopActor func aBackupIsNeitherRehearsedNorRepeated() async throws {
        try await TestPlane.with { plane in
            #expect(try await plane.send("POST", "/api/v1/backup?dry_run=true").status == 422)
            let repeated = try await plane.send(
                "POST", "/api/v1/backup", headers: [("Idempotency-Key", "one")])
            #expect(repeated.status == 422)
            #expect(try await plane.send("POST", "/api/v1/backup?all=true").status == 400)
        }
    }

    /// The bytes of a chunked body.
    private static func joined(_ chunks: [UInt8]) -> [UInt8] {
        var result: [UInt8] = []
        var rest = chunks[...]
        while let end = rest.firstIndex(of: UInt8(ascii: "\r")),
            let count = Int(String(decoding: rest[..<end], as: UTF8.self), radix: 16), count > 0
        {
            let start = end + 2
            guard start + count + 2 <= rest.endIndex else { return [] }
            result += rest[start..<start + count]
            rest = rest[(start + count + 2)...]
        }
        return result
    }
}
