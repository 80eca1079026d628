import EventLoop
import JSON
import Model
import SQLite
import TestKit
import Testing

@testable import ControlPlane

@Suite(.onLoop) struct OperatorTokenTests {
    @Test @LoopActor func aTokenIsShownOnceWorksAndIsRevoked() async throws {
        try await TestPlane.with { plane in
            let made = try await plane.send(
                "POST", "/api/v1/operator-tokens", json: #"{"name":"ci","role":"Read-Only"}"#)
            #expect(made.status == 201)
            #expect(made.headers["cache-control"] == "no-store")
            let created: TokenCreated = try made.decode()
            #expect(created.token.utf8.count == ControlPlaneLimits.tokenCharacters)
            #expect(made.headers["location"] == "/api/v1/operator-tokens/\(created.tokenID)")

            #expect(try await plane.send("GET", "/api/v1/nodes", token: created.token).status == 200)
            let denied = try await plane.send(
                "POST", "/api/v1/deployments", token: created.token, json: BarrierTests.web)
            #expect(denied.status == 403)
            #expect(denied.text.contains("'deployment.write'"))

            let list = try await plane.send("GET", "/api/v1/operator-tokens")
            #expect(!list.text.contains(created.token))
            let page: Page<OperatorTokenView> = try list.decode()
            #expect(page.items.map(\.name) == ["ci"])
            #expect(page.items[0].role == .readOnly)
            #expect(page.items[0].createdBy == "environment")
            #expect(page.items[0].lastUsed != nil)

            #expect(try await plane.send("DELETE", "/api/v1/operator-tokens/ci").status == 204)
            let after = try await plane.send("GET", "/api/v1/nodes", token: created.token)
            #expect(after.status == 403)
            #expect(after.code == "forbidden")
            #expect(try await plane.send("DELETE", "/api/v1/operator-tokens/ci").status == 404)
        }
    }

    @Test @LoopActor func tokensOutliveARestartAndRevokedOnesDoNotComeBack() async throws {
        let plane = try await TestPlane.start()
        let kept = try await plane.token(#"{"name":"kept","role":"operator"}"#)
        let gone = try await plane.token(#"{"name":"gone","scopes":["node.read"]}"#)
        #expect(try await plane.send("DELETE", "/api/v1/operator-tokens/\(gone.tokenID)").status == 204)
        try await plane.stop()
        let again = try await TestPlane.start(in: plane.folder)
        #expect(try await again.send("GET", "/api/v1/nodes", token: kept.token).status == 200)
        #expect(try await again.send("GET", "/api/v1/nodes", token: gone.token).status == 403)
        try await again.stop()
    }

    @Test @LoopActor func anExpiredTokenSaysSo() async throws {
        let clock = MovableClock()
        try await TestPlane.with(clock: clock) { plane in
            let end = clock.text(inSeconds: 60)
            let made = try await plane.token(#"{"name":"short","role":"admin","expires_at":"\#(end)"}"#)
            #expect(try await plane.send("GET", "/api/v1/nodes", token: made.token).status == 200)
            clock.move(seconds: 61)
            let late = try await plane.send("GET", "/api/v1/nodes", token: made.token)
            #expect(late.status == 403)
            #expect(late.code == "token_expired")
            let page: Page<OperatorTokenView> = try await plane.send(
                "GET", "/api/v1/operator-tokens"
            ).decode()
            #expect(page.items.map(\.expired) == [true])
        }
    }

    @Test(arguments: [
        (#"{}"#, ["name", "role"]), (#"{"name":"A","role":"root"}"#, ["name", "role"]),
        (#"{"name":"a","role":"admin","scopes":["node.read"]}"#, ["scopes"]),
        (#"{"name":"a","scopes":[]}"#, ["scopes"]), (#"{"name":"a","scopes":["node"]}"#, ["scopes[0]"]),
        (#"{"name":"a","role":"admin","expires_at":"2001-01-01T00:00:00Z"}"#, ["expires_at"]),
        (#"{"name":"a","role":"admin","expires_at":"soon","more":1}"#, ["expires_at", "more"]),
    ])
    @LoopActor func everyFaultIsToldAtOnce(json: String, fields: [String]) async throws {
        try await TestPlane.with { plane in
            let response = try await plane.send("POST", "/api/v1/operator-tokens", json: json)
            #expect(response.status == 422)
            #expect(Set(response.fields) == Set(fields), "\(response.text)")
        }
    }

    @Test @LoopActor func nobodyGivesAwayMoreThanTheyHave() async throws {
        try await TestPlane.with { plane in
            let token = try await plane.token(scopes: [.operatorTokenManage, .nodeRead], name: "clerk")
            let more = try await plane.send(
                "POST", "/api/v1/operator-tokens", token: token, json: #"{"name":"boss","role":"admin"}"#)
            #expect(more.status == 403)
            #expect(more.code == "missing_scope")
            _ = try await plane.token(#"{"name":"less","scopes":["node.read"]}"#, by: token)
            let twice = try await plane.send(
                "POST", "/api/v1/operator-tokens", json: #"{"name":"less","role":"admin"}"#)
            #expect(twice.status == 409)
            #expect(twice.code == "name_taken")
        }
    }

    @Test @LoopActor func aRehearsalMakesAndRevokesNothing() async throws {
        try await TestPlane.with { plane in
            let made = try await plane.send(
                "POST", "/api/v1/operator-tokens?dry_run=true", json: #"{"name":"a","role":"admin"}"#)
            #expect(made.status == 200)
            #expect(try made.json()["token"] == nil)
            _ = try await plane.token(#"{"name":"a","role":"admin"}"#)
            #expect(try await plane.send("DELETE", "/api/v1/operator-tokens/a?dry_run=true").status == 204)
            #expect(try await plane.send("DELETE", "/api/v1/operator-tokens/a").status == 204)
        }
    }

    /// Nothing is half-written: no token that nobody was told of, and no entry without its token.
    @Test @LoopActor func aFailedCommitLeavesNoTokenBehind() async throws {
        let hold = CommitHold()
        try await TestPlane.with(hold: hold) { plane in
            hold.holdNext()
            let creation = try await plane.begin(
                "POST", "/api/v1/operator-tokens", json: #"{"name":"lost","role":"admin"}"#)
            await hold.waitUntilHeld()
            hold.letFail(SQLiteFailure(.full, operation: "test", detail: "no room"))
            let lost = try await creation.response()
            #expect(lost.status == 503)
            #expect(lost.code == "storage_unavailable")
            #expect(!lost.text.contains("token\":\""))
            try await plane.plane.recovery.untilHealed()
            let page: Page<OperatorTokenView> = try await plane.send(
                "GET", "/api/v1/operator-tokens"
            ).decode()
            #expect(page.items.isEmpty)
            #expect(try await plane.audit("&action=operator_token.create").isEmpty)
            _ = try await plane.token(#"{"name":"lost","role":"admin"}"#)
        }
    }

    @Test @LoopActor func theEnvironmentGivesWayToAProvenAdminAndNeverLocksOut() async throws {
        let clock = MovableClock()
        let settings = ["FLEDX_CP_OPERATOR_ENV_DISABLE_AFTER_FIRST_SUCCESS": "true"]
        try await TestPlane.with(settings, clock: clock) { plane in
            let end = clock.text(inSeconds: 600)
            let admin = try await plane.token(#"{"name":"boss","role":"admin","expires_at":"\#(end)"}"#)
            _ = try await plane.token(#"{"name":"hand","role":"operator"}"#)
            let stream = try await plane.watch()
            try await stream.until("retry: 2000")
            // The new token may never have reached anybody, so the old one still works.
            #expect(try await plane.send("GET", "/api/v1/nodes").status == 200)
            #expect(plane.plane.watchers.count == 1)
            #expect(try await plane.send("GET", "/api/v1/nodes", token: admin.token).status == 200)
            let refused = try await plane.send("GET", "/api/v1/nodes")
            #expect(refused.status == 403)
            #expect(refused.code == "token_disabled")
            let deadline = EventLoop.now.adding(milliseconds: 20_000)
            while plane.plane.watchers.count > 0 {
                try #require(EventLoop.now < deadline, "what the old one opened goes on")
                try await LoopActor.sleep(milliseconds: 20)
            }
            clock.move(seconds: 601)
            #expect(try await plane.send("GET", "/api/v1/nodes").status == 200)
        }
    }
}
