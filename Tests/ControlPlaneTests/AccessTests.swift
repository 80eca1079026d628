import ClusterCore
import EventLoop
import JSON
import Model
import TestKit
import Testing

@testable import ControlPlane

@Suite(.onLoop) struct AccessTests {
    @Test @LoopActor func operatorsNeedAKnownToken() async throws {
        try await TestPlane.with { plane in
            let none = try await plane.send("GET", "/api/v1/nodes", token: nil)
            #expect(none.status == 401)
            #expect(none.headers["www-authenticate"]?.hasPrefix("Bearer") == true)
            #expect(none.code == "unauthorized")
            let basic = try await plane.send(
                "GET", "/api/v1/nodes", token: nil, headers: [("authorization", "Basic eDp5")])
            #expect(basic.status == 401)
            let unknown = try await plane.send("GET", "/api/v1/nodes", token: "unknown")
            #expect(unknown.status == 403)
            #expect(unknown.code == "forbidden")
        }
    }

    @Test @LoopActor func everyOperatorTokenWorksInTheHeaderOfTheSettings() async throws {
        let settings = [
            "FLEDX_CP_OPERATOR_TOKENS": "first, second", "FLEDX_CP_OPERATOR_HEADER_NAME": "X-Operator",
        ]
        try await TestPlane.with(settings) { plane in
            for token in ["first", "second"] {
                let answer = try await plane.send(
                    "GET", "/api/v1/nodes", token: nil, headers: [("x-operator", "Bearer \(token)")])
                #expect(answer.status == 200)
            }
            #expect(try await plane.send("GET", "/api/v1/nodes", token: "first").status == 401)
        }
    }

    @Test @LoopActor func agentsHearTheSameOfAnUnknownNodeAndAWrongToken() async throws {
        try await TestPlane.with { plane in
            let node = try await plane.register()
            let other = try await plane.register()
            let stranger = TestNode(id: NodeID(UUIDValue(randomHigh: 1, randomLow: 2)), token: node.token)
            let attempts = [
                TestNode(id: node.id, token: "wrong"), TestNode(id: node.id, token: other.token), stranger,
            ]
            var texts: Set<String> = []
            for attempt in attempts {
                let response = try await plane.report(attempt)
                #expect(response.status == 401)
                #expect(response.headers["www-authenticate"] != nil)
                texts.insert(try response.json()["error"]?.stringValue ?? "")
            }
            #expect(texts.count == 1)
            let malformed = try await plane.send("GET", "/api/v1/nodes/x/desired-state", token: node.token)
            #expect(malformed.status == 401)
        }
    }

    @Test @LoopActor func aWrongCredentialIsRefusedBeforeTheBodyIsRead() async throws {
        try await TestPlane.with { plane in
            let node = try await plane.register()
            for (path, token) in [
                ("\(node.path)/heartbeats", "wrong"), ("/api/v1/nodes/register", "wrong"),
                ("/api/v1/deployments", "wrong"),
            ] {
                let response = try await plane.send(
                    "POST", path, token: token, json: "", headers: [("content-length", "5000")])
                #expect([401, 403].contains(response.status), "\(path)")
            }
        }
    }

    @Test @LoopActor func nobodyAsksAStrangerForABody() async throws {
        try await TestPlane.with { plane in
            for headers in [
                [("expect", "100-continue"), ("content-length", "5")], [("content-length", "50000000")],
                [("transfer-encoding", "chunked")],
            ] {
                let exchange = try await plane.begin(
                    "POST", "/api/v1/deployments", token: "wrong", headers: headers)
                #expect(try await exchange.response().status == 403, "\(headers)")
            }
        }
    }

    @Test @LoopActor func registrationNeedsItsToken() async throws {
        try await TestPlane.with { plane in
            for token in [nil, "wrong", TestPlane.operatorToken] {
                let response = try await plane.send(
                    "POST", "/api/v1/nodes/register", token: token, json: "{}")
                #expect(response.status == 401)
            }
        }
    }

    @Test @LoopActor func metricsAreOpenToThisMachineOnly() async throws {
        try await TestPlane.with { plane in
            #expect(try await plane.send("GET", "/metrics", token: nil).status == 200)
            for header in ["forwarded", "x-forwarded-for"] {
                let response = try await plane.send(
                    "GET", "/metrics", token: nil, headers: [(header, "for=192.0.2.1")])
                #expect(response.status == 401)
            }
        }
        try await TestPlane.with(["FLEDX_CP_METRICS_REQUIRE_AUTH": "true"]) { plane in
            let stranger = try await plane.send("GET", "/metrics", token: nil)
            #expect(stranger.status == 401)
            #expect(try await plane.send("GET", "/metrics").status == 200)
        }
        try await TestPlane.with(["FLEDX_CP_METRICS_REQUIRE_AUTH": "false"]) { plane in
            let response = try await plane.send(
                "GET", "/metrics", token: nil, headers: [("forwarded", "for=x")])
            #expect(response.status == 200)
        }
    }

    @Test @LoopActor func theAgentOfADeletedNodeHearsWhatToDo() async throws {
        try await TestPlane.with { plane in
            let node = try await plane.readyNode(#"{"name":"edge-1"}"#)
            #expect(try await plane.send("DELETE", "/api/v1/nodes/edge-1?containers=remove").status == 204)
            let response = try await plane.report(node)
            #expect(response.status == 410)
            #expect(try response.json()["containers"]?.stringValue == "remove")
            #expect(try response.json()["epoch"]?.stringValue == "\(plane.plane.host.cluster.epoch)")
            #expect(try await plane.send("GET", "/api/v1/nodes/edge-1").status == 404)
        }
    }

    @Test func credentialsAreKeptHashed() {
        let credentials = Credentials(
            pepper: Redacted("pepper"), registration: Redacted("registration"),
            operators: [Redacted("one"), Redacted("two")])
        #expect(credentials.isOperator(credentials.hash("two")))
        #expect(!credentials.isOperator(credentials.hash("registration")))
        #expect(credentials.isRegistration(credentials.hash("registration")))
        #expect(!"\(credentials)".contains("registration,"))
    }
}
