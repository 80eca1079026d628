import EventLoop
import JSON
import Model
import SQLite
import TestKit
import Testing

@testable import ControlPlane

/// `Idempotency-Key`: a repeated request does nothing and is answered as the first one was.
@Suite(.onLoop) struct RepetitionTests {
    private static let key = [("idempotency-key", "key-1")]

    @Test @LoopActor func aRepetitionIsAnsweredAlikeAndDoesNothing() async throws {
        try await TestPlane.with { plane in
            let first = try await plane.send(
                "POST", "/api/v1/deployments", json: BarrierTests.web, headers: Self.key)
            let again = try await plane.send(
                "POST", "/api/v1/deployments", json: BarrierTests.web, headers: Self.key)
            #expect(first.status == 201)
            #expect(again.status == 201)
            #expect(again.body == first.body)
            #expect(again.headers["location"] == first.headers["location"])
            #expect(again.headers["idempotency-replayed"] == "true")
            #expect(first.headers["idempotency-replayed"] == nil)
            for _ in 0..<2 {
                let restart = try await plane.send(
                    "POST", "/api/v1/deployments/web/restart", headers: [("idempotency-key", "restart")])
                #expect(try restart.decode(DeploymentDetail.self).generation == 2)
            }
            #expect(try await plane.deployment("web").generation == 2)
        }
    }

    @Test @LoopActor func aKeyBelongsToOneRequestOneRouteAndOneClient() async throws {
        let tokens = ["FLEDX_CP_OPERATOR_TOKENS": "\(TestPlane.operatorToken),another-operator-token"]
        try await TestPlane.with(tokens) { plane in
            _ = try await plane.send("POST", "/api/v1/deployments", json: BarrierTests.web, headers: Self.key)
            let other = try await plane.send(
                "POST", "/api/v1/deployments", json: #"{"name":"b","image":"x"}"#, headers: Self.key)
            #expect(other.status == 422)
            #expect(other.code == "idempotency_key_reused")
            let stranger = try await plane.send(
                "POST", "/api/v1/deployments", token: "another-operator-token",
                json: #"{"name":"b","image":"x"}"#, headers: Self.key)
            #expect(stranger.status == 201)
            #expect(
                try await plane.send("POST", "/api/v1/deployments/web/pause", headers: Self.key).status == 200
            )
            let elsewhere = try await plane.send("POST", "/api/v1/deployments/b/pause", headers: Self.key)
            #expect(elsewhere.code == "idempotency_key_reused")
        }
    }

    @Test @LoopActor func refusalsAndDryRunsKeepNoKey() async throws {
        try await TestPlane.with { plane in
            let wrong = try await plane.send("POST", "/api/v1/deployments", json: "{}", headers: Self.key)
            #expect(wrong.status == 422)
            let dry = try await plane.send(
                "POST", "/api/v1/deployments?dry_run=true", json: BarrierTests.web, headers: Self.key)
            #expect(dry.status == 200)
            let right = try await plane.send(
                "POST", "/api/v1/deployments", json: BarrierTests.web, headers: Self.key)
            #expect(right.status == 201)
            #expect(right.headers["idempotency-replayed"] == nil)
            for value in ["", "a b", String(repeating: "k", count: 256)] {
                let response = try await plane.send(
                    "POST", "/api/v1/deployments", json: "{}", headers: [("idempotency-key", value)])
                #expect(response.status == 400, "\(value)")
            }
        }
    }

    @Test @LoopActor func aKeyOutlivesARestart() async throws {
        let folder = try TemporaryFolder()
        let before = try await TestPlane.start(in: folder)
        let first = try await before.send(
            "POST", "/api/v1/deployments", json: BarrierTests.web, headers: Self.key)
        try await before.stop()
        let after = try await TestPlane.start(in: folder)
        let again = try await after.send(
            "POST", "/api/v1/deployments", json: BarrierTests.web, headers: Self.key)
        #expect(again.status == 201)
        #expect(again.body == first.body)
        try await after.stop()
    }

    @Test @LoopActor func aRepetitionWaitsForTheCommitOfTheFirst() async throws {
        let hold = CommitHold()
        try await TestPlane.with(hold: hold) { plane in
            hold.holdNext()
            let first = try await plane.begin(
                "POST", "/api/v1/deployments", json: BarrierTests.web, headers: Self.key)
            await hold.waitUntilHeld()
            let again = try await plane.begin(
                "POST", "/api/v1/deployments", json: BarrierTests.web, headers: Self.key)
            // The server has worked through both when it answers what depends on nothing.
            #expect(try await plane.send("GET", "/livez", token: nil).status == 200)
            #expect(first.received.isEmpty)
            #expect(again.received.isEmpty)
            hold.letGo()
            let answers = (try await first.response(), try await again.response())
            #expect(answers.0.body == answers.1.body)
            #expect(answers.1.headers["idempotency-replayed"] == "true")
        }
    }

    @Test @LoopActor func aKeyIsLostWithItsEffect() async throws {
        let hold = CommitHold()
        try await TestPlane.with(hold: hold) { plane in
            hold.holdNext()
            let first = try await plane.begin(
                "POST", "/api/v1/deployments", json: BarrierTests.web, headers: Self.key)
            await hold.waitUntilHeld()
            hold.letFail(SQLiteFailure(.full, operation: "commit", detail: "no space"))
            #expect(try await first.response().status == 503)
            try await plane.plane.recovery.untilHealed()
            let again = try await plane.send(
                "POST", "/api/v1/deployments", json: BarrierTests.web, headers: Self.key)
            #expect(again.status == 201)
            #expect(again.headers["idempotency-replayed"] == nil)
        }
    }

    @Test @LoopActor func whatHasNothingToRepeatRefusesTheKey() async throws {
        try await TestPlane.with { plane in
            let node = try await plane.register()
            let path = "\(node.path)/heartbeats"
            let body = #"{"node_status":"ready"}"#
            let keyed = try await plane.send("POST", path, token: node.token, json: body, headers: Self.key)
            #expect(keyed.status == 422)
            #expect(keyed.code == "not_supported")
            let dry = try await plane.send("POST", "\(path)?dry_run=true", token: node.token, json: body)
            #expect(dry.status == 422)
            #expect(dry.code == "not_supported")
        }
    }

    @Test @LoopActor func answersShownOnceAreNotKept() throws {
        var answer = Answer(status: .created, contentType: "application/json", body: Array("secret".utf8))
        answer.shownOnce = JSONMember(key: "token_id", value: "t-1")
        let name = Repetition.Name(scope: [1], key: "k")
        let kept = Repetition(name, fingerprint: [2], answer, at: Timestamp(milliseconds: 0))
        #expect(!String(decoding: kept.body, as: UTF8.self).contains("secret"))
        do throws(Refusal) {
            _ = try kept.answer()
            Issue.record("a secret was shown again")
        } catch {
            #expect(error.status == .conflict)
            #expect(error.code == "already_done")
            #expect(error.extra == [JSONMember(key: "token_id", value: "t-1")])
        }
    }
}
