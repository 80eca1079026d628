import EventLoop
import JSON
import Model
import TestKit
import Testing

@testable import ControlPlane

/// Agents outside the window: credentials first, then the version; only the document is refused.
@Suite(.onLoop) struct VersionTests {
    private static let old = [("x-agent-version", "0.0.1")]

    @Test @LoopActor func credentialsAreLookedAtFirst() async throws {
        try await TestPlane.with { plane in
            let node = try await plane.register()
            let response = try await plane.send(
                "GET", "\(node.path)/desired-state", token: "wrong", headers: Self.old)
            #expect(response.status == 401)
        }
    }

    @Test @LoopActor func onlyTheDocumentIsRefused() async throws {
        let settings = ["FLEDX_CP_COMPATIBILITY_UPGRADE_URL": "https://example.org/agent"]
        try await TestPlane.with(settings) { plane in
            let node = try await plane.register(#"{"name":"edge-1"}"#, headers: Self.old)
            let refused = try await plane.send(
                "GET", "\(node.path)/desired-state", token: node.token, headers: Self.old)
            #expect(refused.status == 426)
            let body = try refused.json()
            #expect(body["code"]?.stringValue == "unsupported_agent_version")
            #expect(body["agent_version"]?.stringValue == "0.0.1")
            #expect(body["min_supported"]?.stringValue == Version.minSupportedAgent)
            #expect(body["max_supported"]?.stringValue == Version.maxSupportedAgent)
            #expect(body["upgrade_url"]?.stringValue == "https://example.org/agent")
            #expect(refused.headers["x-agent-compat-upgrade-url"] == "https://example.org/agent")
            let heard = try await plane.send(
                "POST", "\(node.path)/heartbeats", token: node.token, json: #"{"node_status":"ready"}"#,
                headers: Self.old)
            #expect(heard.status == 200)
            #expect(heard.headers["x-agent-compat-min"] == Version.minSupportedAgent)
            let detail: NodeDetail = try await plane.send("GET", "/api/v1/nodes/edge-1").decode()
            #expect(detail.summary.status == .incompatible)
            let created = try await plane.declare(BarrierTests.web)
            #expect(created.unplacedReplicas == 1)
            #expect(created.unplacedReasons.first?.contains("0.0.1") == true, "\(created.unplacedReasons)")
            let figures = try await plane.send("GET", "/metrics", token: nil).text
            for (name, count) in [("total", 1), ("compatible", 0)] {
                let line = "\ncontrol_plane_scheduler_\(name)_nodes{context=\"create\"} \(count)\n"
                #expect(figures.contains(line), "\(line)")
            }
        }
    }

    @Test @LoopActor func theWindowIsToldWhereAgentsLook() async throws {
        let settings = ["FLEDX_CP_COMPATIBILITY_UPGRADE_URL": "https://example.org/agent"]
        try await TestPlane.with(settings) { plane in
            let node = try await plane.register()
            let (document, _) = try await plane.document(node)
            #expect(document.upgradeURL == "https://example.org/agent")
            #expect(document.minSupportedAgentVersion == Version.minSupportedAgent)
            let health = try await plane.send("GET", "/health", token: nil)
            #expect(health.headers["x-agent-compat-upgrade-url"] == "https://example.org/agent")
        }
        try await TestPlane.with { plane in
            let health = try await plane.send("GET", "/health", token: nil)
            #expect(health.headers["x-agent-compat-upgrade-url"] == nil)
            #expect(health.headers["x-agent-compat-max"] == Version.maxSupportedAgent)
        }
    }

    @Test @LoopActor func withoutEnforcementEveryAgentIsServed() async throws {
        try await TestPlane.with(["FLEDX_CP_FEATURES_ENFORCE_AGENT_COMPATIBILITY": "false"]) { plane in
            let node = try await plane.register()
            let response = try await plane.send(
                "GET", "\(node.path)/desired-state", token: node.token, headers: Self.old)
            #expect(response.status == 200)
        }
    }

    @Test(arguments: ["example.org", "ftp://example.org", "https://example.org/a b", "https://e/\n"])
    func anAddressThatIsNoURLIsRefusedAtStart(_ url: String) throws {
        let folder = try TemporaryFolder()
        let environment = TestPlane.environment(folder, ["FLEDX_CP_COMPATIBILITY_UPGRADE_URL": url])
        #expect(throws: SettingsProblems.self) { try ControlPlaneSettings(environment: environment) }
    }
}
