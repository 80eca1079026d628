import EventLoop
import JSON
import Model
import TestKit
import Testing

@testable import ControlPlane

/// What every request has in common.
@Suite(.onLoop) struct RequestTests {
    @Test @LoopActor func refusalsOfTheFrameworkHaveTheOneErrorBody() async throws {
        try await TestPlane.with { plane in
            let missing = try await plane.send("GET", "/api/v1/nothing")
            #expect(missing.status == 404)
            #expect(missing.code == "not_found")
            let method = try await plane.send("PUT", "/api/v1/deployments", json: "{}")
            #expect(method.status == 405)
            #expect(method.headers["allow"] == "GET, HEAD, POST")
            #expect(method.code == "method_not_allowed")
            let type = try await plane.send(
                "POST", "/api/v1/deployments", json: "{}", headers: [("content-type", "text/plain")])
            #expect(type.status == 415)
            let large = try await plane.send(
                "POST", "/api/v1/deployments", json: "", headers: [("content-length", "99999999")])
            #expect(large.status == 413)
            for response in [missing, method, type, large] {
                #expect(try response.json()["request_id"]?.stringValue == response.headers["x-request-id"])
            }
        }
    }

    @Test @LoopActor func theRequestsOwnIDComesBack() async throws {
        try await TestPlane.with { plane in
            let response = try await plane.send(
                "GET", "/api/v1/nodes/none", headers: [("x-request-id", "mine-1")])
            #expect(response.headers["x-request-id"] == "mine-1")
            #expect(try response.json()["request_id"]?.stringValue == "mine-1")
        }
    }

    @Test @LoopActor func headIsServedWhereGetIs() async throws {
        try await TestPlane.with { plane in
            let response = try await plane.send("HEAD", "/api/v1/nodes")
            #expect(response.status == 200)
            #expect(response.body.isEmpty)
            #expect(response.headers["content-length"] != "0")
        }
    }

    @Test @LoopActor func healthIsOpenAndTellsNoNodes() async throws {
        try await TestPlane.with { plane in
            let node = try await plane.readyNode()
            _ = try await plane.declare(BarrierTests.web)
            let response = try await plane.send("GET", "/health", token: nil)
            #expect(response.status == 200)
            #expect(!response.text.contains("\(node.id)"))
            let health: HealthResponse = try response.decode()
            #expect(health.status == "ok")
            #expect(health.version == Version.current)
            #expect(health.nodes == ["ready": 1])
            #expect(health.deployments == ["deploying": 1])
            #expect(health.controlPlaneVersion == Version.current && health.gitSHA == Version.gitSHA)
            #expect(health.minSupportedAgentVersion == Version.minSupportedAgent)
            #expect(health.maxSupportedAgentVersion == Version.maxSupportedAgent)
            #expect(health.schemaVersion == Schema.newest && health.targetSchemaVersion == Schema.newest)
            #expect(health.pendingMigrations == 0 && health.tunnelSessionsActive == 0)
            #expect(health.tunnelFreshestHeartbeatSecs == nil && health.tunnelStatuses == nil)
            // A wrong token sees what everybody sees; one that may not see nodes as well.
            let wrong = try await plane.send("GET", "/health", token: "wrong")
            #expect(wrong.status == 200 && !wrong.text.contains("\(node.id)"))
            let blind = try await plane.token(scopes: [.configRead], name: "blind")
            #expect(!(try await plane.send("GET", "/health", token: blind).text.contains("\(node.id)")))
            let told: HealthResponse = try await plane.send("GET", "/health").decode()
            #expect(told.tunnelStatuses?.map(\.status) == ["disconnected"])
            #expect(try await plane.send("GET", "/livez", token: nil).text == "ok\n")
            #expect(try await plane.send("GET", "/readyz", token: nil).status == 200)
        }
    }

    @Test @LoopActor func aHalfSentRequestDisturbsNobody() async throws {
        try await TestPlane.with { plane in
            let half = try await plane.begin(
                "POST", "/api/v1/deployments", json: #"{"name":"#, headers: [("content-length", "500")])
            #expect(try await plane.send("GET", "/livez", token: nil).status == 200)
            half.leave()
            #expect(try await plane.names() == [])
        }
    }

    @Test func entityTagsAreComparedByTheRules() {
        #expect(EntityTag.list("\"1\"", names: "1", weakly: false))
        #expect(EntityTag.list("\"0\" , \"1\"", names: "1", weakly: false))
        #expect(EntityTag.list("*", names: "1", weakly: false))
        #expect(!EntityTag.list("W/\"1\"", names: "1", weakly: false))
        #expect(EntityTag.list("W/\"1\"", names: "1", weakly: true))
        #expect(!EntityTag.list("1", names: "1", weakly: true))
        #expect(!EntityTag.list("\"", names: "", weakly: true))
    }

    @Test func versionsAreOrderedAsSemVerSays() throws {
        let ordered = ["0.0.9", "0.1.0-rc.1", "0.1.0", "0.1.10", "0.2.0", "1.0.0"]
        let versions = try ordered.map { try #require(SemanticVersion($0)) }
        #expect(versions == versions.sorted())
        #expect(SemanticVersion("1.2.3+build.5") == SemanticVersion("1.2.3"))
        for wrong in ["", "1", "1.2", "1.2.x", "1.2.3-", "1..3", "v1.2.3"] {
            #expect(SemanticVersion(wrong) == nil)
        }
    }

    @Test @LoopActor func longAnswersAreWrittenBesideTheLoop() async throws {
        let answer = try await Answer.writtenBeside { .text("\(LoopExecutor.shared.onLoop)") }
        #expect(String(decoding: answer.body, as: UTF8.self) == "false")
        await #expect(throws: Refusal.self) {
            try await Answer.writtenBeside { () throws(Refusal) in throw .operatorForbidden }
        }
    }
}
