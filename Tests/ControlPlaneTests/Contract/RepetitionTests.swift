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

    /// One client's keys fill its own share, and how long that lasts is told as it is.
    @Test @LoopActor func aShareOfTheRoomIsForEachCredential() async throws {
        let clock = MovableClock()
        try await TestPlane.with(clock: clock) { plane in
            let host = plane.plane.host
            let made = clock.now().wall
            let stored = (0..<ControlPlaneLimits.repetitionsPerSpeaker).map { number in
                Repetition(
                    .init(scope: [1], key: "k\(number)", speaker: [1]), fingerprint: [9], status: .ok,
                    headers: [], body: [], createdAt: made)
            }
            let repetitions = Repetitions(host: host, stored: stored)
            clock.move(seconds: 3_600)
            let refusal = #expect(throws: Refusal.self) {
                _ = try repetitions.find(.init(scope: [1], key: "new", speaker: [1]), fingerprint: [9])
            }
            #expect(refusal?.status == .tooManyRequests)
            let wait = refusal?.headers.first { $0.0 == "retry-after" }.flatMap { Int($0.1) } ?? 0
            #expect((82_700...82_800).contains(wait), "23 hours are left: \(wait)")
            guard
                case .nothing = try repetitions.find(
                    .init(scope: [2], key: "new", speaker: [2]), fingerprint: [9])
            else { throw Refusal.unfinished }
            clock.move(seconds: 82_801)
            guard
                case .nothing = try repetitions.find(
                    .init(scope: [1], key: "new", speaker: [1]), fingerprint: [9])
            else { throw Refusal.unfinished }
        }
    }

    /// Where answers take too much room, that they were given is kept: nothing is done twice and nobody is refused.
    @Test @LoopActor func withoutRoomForItsAnswerARequestIsStillDoneOnce() async throws {
        try await TestPlane.with { plane in
            let host = plane.plane.host
            let body = [UInt8](repeating: 1, count: 60_000)
            let stored = (0..<40).map { number in
                Repetition(
                    .init(scope: [1], key: "k\(number)", speaker: [1]), fingerprint: [9], status: .ok,
                    headers: [], body: body, createdAt: host.clock.now().wall)
            }
            let repetitions = Repetitions(host: host, stored: stored)
            for (speaker, isKept) in [([1], false), ([2], true)] as [([UInt8], Bool)] {
                let name = Repetition.Name(scope: speaker, key: "new", speaker: speaker)
                guard case .nothing = try repetitions.find(name, fingerprint: [9]) else {
                    throw Refusal.unfinished
                }
                try repetitions.keep(name, fingerprint: [9], .text("done\n"))
                guard case .done(let found) = try repetitions.find(name, fingerprint: [9]) else {
                    throw Refusal.unfinished
                }
                #expect((found.status == .ok) == isKept)
                if !isKept { #expect(throws: Refusal.self) { _ = try found.answer() } }
            }
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
