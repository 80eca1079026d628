import EventLoop
import Model
import SQLite
import TestKit
import Testing

@testable import ControlPlane

/// No byte that depends on core state leaves before that state is durable.
@Suite(.onLoop) struct BarrierTests {
    @Test @LoopActor func nothingObservableLeavesBeforeTheCommit() async throws {
        let hold = CommitHold()
        try await TestPlane.with(hold: hold) { plane in
            let node = try await plane.readyNode(#"{"name":"edge-1"}"#)
            let (_, tag) = try await plane.document(node)
            let poll = try await plane.begin(
                "GET", "\(node.path)/desired-state?wait=30", token: node.token,
                headers: [("if-none-match", tag)])
            try await plane.untilPolling()

            hold.holdNext()
            let creation = try await plane.begin("POST", "/api/v1/deployments", json: Self.web)
            await hold.waitUntilHeld()
            let list = try await plane.begin("GET", "/api/v1/deployments")
            let refusal = try await plane.begin("POST", "/api/v1/deployments", json: Self.web)
            let document = try await plane.begin("GET", "\(node.path)/desired-state", token: node.token)
            // The server has worked through all of them when it answers what depends on nothing.
            #expect(try await plane.send("GET", "/livez", token: nil).status == 200)
            // The creation waits three times: its answer, its effects and its measure.
            try await plane.untilWaitingAtBarrier(6)
            for exchange in [creation, list, refusal, document, poll] { #expect(exchange.received.isEmpty) }

            // What a kill would leave behind: the files as they are now.
            let killed = try await TestPlane.start(in: try Self.copy(plane.folder))
            #expect(try await killed.names() == [])
            try await killed.stop()

            hold.letGo()
            #expect(try await creation.response().status == 201)
            #expect(try await list.response().text.contains(#""name":"web""#))
            #expect(try await refusal.response().status == 409)
            #expect(try await document.response().text.contains(#""name":"web""#))
            let woken = try await poll.response()
            #expect(woken.status == 200)
            #expect(woken.headers["etag"] != tag)

            let after = try await TestPlane.start(in: try Self.copy(plane.folder))
            #expect(try await after.names() == ["web"])
            try await after.stop()
        }
    }

    @Test @LoopActor func afterAFailedCommitNobodyHearsOfTheChange() async throws {
        let hold = CommitHold()
        try await TestPlane.with(hold: hold) { plane in
            let node = try await plane.readyNode()
            hold.holdNext()
            let creation = try await plane.begin("POST", "/api/v1/deployments", json: Self.web)
            await hold.waitUntilHeld()
            let list = try await plane.begin("GET", "/api/v1/deployments")
            try await plane.untilWaitingAtBarrier(4)
            hold.letFail(SQLiteFailure(.full, operation: "test", detail: "no room"))

            let lost = try await creation.response()
            #expect(lost.status == 503)
            #expect(lost.code == "storage_unavailable")
            #expect(lost.headers["retry-after"] != nil)
            #expect(try await list.response().status == 503)

            try await plane.plane.recovery.untilHealed()
            #expect(try await plane.names() == [])
            #expect(try await plane.report(node).status == 200)
            #expect(try await plane.send("POST", "/api/v1/deployments", json: Self.web).status == 201)
        }
    }

    @Test @LoopActor func aRefusalThatTellsOfADeletionWaitsForIt() async throws {
        let hold = CommitHold()
        try await TestPlane.with(hold: hold) { plane in
            let node = try await plane.readyNode(#"{"name":"edge-1"}"#)
            hold.holdNext()
            let deletion = try await plane.begin("DELETE", "/api/v1/nodes/edge-1?containers=remove")
            await hold.waitUntilHeld()
            let poll = try await plane.begin("GET", "\(node.path)/desired-state", token: node.token)
            let report = try await plane.begin(
                "POST", "\(node.path)/heartbeats", token: node.token, json: #"{"node_status":"ready"}"#)
            let stranger = try await plane.begin("GET", "\(node.path)/desired-state", token: "wrong")
            // The deletion's answer, effects and measure, and the three refusals.
            try await plane.untilWaitingAtBarrier(6)
            for exchange in [deletion, poll, report, stranger] { #expect(exchange.received.isEmpty) }
            hold.letGo()
            #expect(try await deletion.response().status == 204)
            #expect(try await poll.response().status == 410)
            #expect(try await report.response().status == 410)
            #expect(try await stranger.response().status == 401)
        }
    }

    @Test @LoopActor func aDamagedDatabaseEndsTheProcess() async throws {
        let hold = CommitHold()
        let plane = try await TestPlane.start(hold: hold)
        hold.holdNext()
        let creation = try await plane.begin("POST", "/api/v1/deployments", json: Self.web)
        await hold.waitUntilHeld()
        hold.letFail(SQLiteFailure(.corrupt, operation: "test", detail: "damaged"))
        await #expect(throws: StartFailure.self) { try await plane.ended() }
        creation.leave()
    }

    static let web = #"{"name":"web","image":"nginx:1","replicas":1}"#

    /// The database as it is on disk at this moment.
    private static func copy(_ folder: TemporaryFolder) throws -> TemporaryFolder {
        let copy = try TemporaryFolder()
        for name in ["test.db", "test.db-wal"] {
            let bytes = try FileIO.read(folder.path(name), limitBytes: 64 << 20)
            try FileIO.writeDurably(copy.path(name), bytes)
        }
        return copy
    }
}

extension TestPlane {
    /// The names of all deployments.
    func names() async throws -> [String] {
        let response = try await send("GET", "/api/v1/deployments")
        try #require(response.status == 200, "\(response.text)")
        let page: Page<DeploymentSummary> = try response.decode()
        return page.items.map(\.name)
    }

    /// Returns once a long poll waits.
    func untilPolling() async throws {
        for _ in 0..<100_000 where plane.polls.count == 0 { await LoopActor.pass() }
        try #require(plane.polls.count > 0)
    }

    /// Returns once that many answers wait for a commit.
    func untilWaitingAtBarrier(_ count: Int) async throws {
        let barrier = plane.host.store.barrier
        for _ in 0..<100_000 where barrier.waiterCount < count { await LoopActor.pass() }
        try #require(barrier.waiterCount >= count)
    }
}
