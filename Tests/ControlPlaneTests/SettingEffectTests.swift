import EventLoop
import JSON
import Model
import TestKit
import Testing

@testable import ControlPlane

/// Settings whose effect no other test observes.
@Suite(.onLoop) struct SettingEffectTests {
    @Test @LoopActor func agentsAreToldHowToOpenTheirTunnel() async throws {
        let settings = [
            "FLEDX_CP_TUNNEL_CONNECT_TIMEOUT_SECS": "7", "FLEDX_CP_TUNNEL_TOKEN_HEADER": "x-my-token",
        ]
        try await TestPlane.with(settings) { plane in
            let response = try await plane.send(
                "POST", "/api/v1/nodes/register", token: TestPlane.registrationToken, json: "{}")
            let answer: RegistrationResponse = try response.decode()
            #expect(answer.tunnel.connectTimeoutSecs == 7)
            #expect(answer.tunnel.tokenHeader == "x-my-token")
        }
    }

    @Test @LoopActor func theNewestAgentThatGetsWorkIsNamed() async throws {
        try await TestPlane.with(["FLEDX_CP_COMPATIBILITY_MAX_AGENT_VERSION": "0.1.5"]) { plane in
            let node = try await plane.register()
            for (version, status) in [("0.1.5", 200), ("0.1.6", 426)] {
                let response = try await plane.send(
                    "GET", "\(node.path)/desired-state", token: node.token,
                    headers: [("x-agent-version", version)])
                #expect(response.status == status, "\(version): \(response.text)")
                #expect(response.headers["x-agent-compat-max"] == "0.1.5")
            }
        }
    }

    @Test @LoopActor func nodesWithoutAHostAreReachedAtThePublicOne() async throws {
        try await TestPlane.with(["FLEDX_CP_PORTS_PUBLIC_HOST": "apps.example"]) { plane in
            _ = try await plane.readyNode(#"{"name":"edge-1"}"#)
            _ = try await plane.declare(
                #"{"name":"web","image":"nginx:1","ports":[{"container_port":80,"host_port":8081,"expose":true}]}"#
            )
            let instances = try await plane.deployment("web").instances
            #expect(instances.flatMap(\.endpoints) == ["apps.example:8081"])
        }
    }

    @Test @LoopActor func theAuditLogLeavesOutWhatTheListsName() async throws {
        let lists = [
            "FLEDX_CP_AUDIT_REDACTION_KEYS": "colour", "FLEDX_CP_AUDIT_REDACTION_VALUE_MARKERS": "hush",
        ]
        let body = #"{"name":"web","image":"nginx:1","labels":{"colour":"blue","note":"hush-now"}}"#
        for isEnabled in [true, false] {
            let settings = lists.merging(["FLEDX_CP_AUDIT_REDACTION_ENABLED": "\(isEnabled)"]) { $1 }
            try await TestPlane.with(settings) { plane in
                _ = try await plane.declare(body)
                let entry = try #require(try await plane.audit("&action=deployment.create").first)
                let payload = try #require(entry.payload)
                #expect(payload.contains("blue") == !isEnabled, "\(payload)")
                #expect(payload.contains("hush-now") == !isEnabled, "\(payload)")
            }
        }
    }

    /// What the agent is asked for, whatever the client wants.
    @Test @LoopActor func noMoreOutputIsShownThanIsAllowed() async throws {
        let clock = MovableClock()
        let settings = [
            "FLEDX_CP_LIMITS_LOG_TAIL_LIMIT": "20", "FLEDX_CP_LIMITS_LOG_TAIL_MAX_WINDOW_SECS": "300",
        ]
        for (bounds, query, tail, reachesBack) in [
            (settings, "?tail=500&since=2020-01-01T00:00:00Z", "tail=20", false),
            (settings, "", "tail=20", false),
            (settings, "?tail=5", "tail=5", false),
            ([:], "?tail=500&since=2020-01-01T00:00:00Z", "tail=500", true),
        ] as [([String: String], String, String, Bool)] {
            try await TestPlane.with(bounds, clock: clock) { plane in
                let node = try await plane.readyNode(#"{"name":"edge-1"}"#)
                _ = try await plane.declare(#"{"name":"web","image":"nginx:1"}"#)
                let tunnel = try await PlayedTunnel.open(plane, node)
                defer { tunnel.close() }
                let answer = try await plane.send("GET", "/api/v1/deployments/web/logs\(query)")
                #expect(answer.status == 200, "\(answer.text)")
                let asked = try #require(tunnel.paths.last { $0.contains("/logs?") })
                let words = asked.split(separator: "?").last?.split(separator: "&").map(String.init) ?? []
                #expect(words.contains(tail), "\(asked)")
                let since = words.first { $0.hasPrefix("since=") }.flatMap { Int64($0.dropFirst(6)) } ?? 0
                let oldest = clock.now().wall.milliseconds / 1000 - 310
                #expect((since < oldest) == reachesBack, "\(asked)")
            }
        }
    }

    @Test @LoopActor func oldAuditEntriesGoAsOftenAsIsSet() async throws {
        let clock = MovableClock()
        let settings = [
            "FLEDX_CP_AUDIT_LOG_CLEANUP_INTERVAL_SECS": "1", "FLEDX_CP_RETENTION_AUDIT_LOG_SECS": "60",
        ]
        try await TestPlane.with(settings, clock: clock) { plane in
            _ = try await plane.declare(#"{"name":"web","image":"nginx:1"}"#)
            #expect(try await plane.audit("&action=deployment.create").count == 1)
            clock.move(seconds: 120)
            let end = EventLoop.now.adding(milliseconds: 20_000)
            while try await !plane.audit("&action=deployment.create").isEmpty {
                try #require(EventLoop.now < end, "nothing was taken away")
            }
        }
    }
}
