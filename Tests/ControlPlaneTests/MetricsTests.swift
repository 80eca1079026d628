import ClusterCore
import EventLoop
import Model
import TestKit
import Testing

@testable import ControlPlane

@Suite(.onLoop) struct MetricsTests {
    @Test @LoopActor func theClusterTheStoreAndTheRequestsAreCounted() async throws {
        try await TestPlane.with { plane in
            _ = try await plane.readyNode()
            _ = try await plane.declare(BarrierTests.web)
            try await plane.send("GET", "/api/v1/deployments/one")
            try await plane.send("GET", "/api/v1/deployments/two")
            try await plane.send("BREW", "/tea/pot", token: nil)
            let response = try await plane.send("GET", "/metrics", token: nil)
            #expect(response.headers["content-type"]?.hasPrefix("text/plain; version=0.0.4") == true)
            let lines = Set(response.text.split(separator: "\n").map(String.init))
            for line in [
                #"control_plane_info{version="\#(Version.current)",git_sha="\#(Version.gitSHA)",schema_version="\#(Schema.newest)","#
                    + #"schema_target_version="\#(Schema.newest)"} 1"#,
                #"control_plane_nodes{status="ready"} 1"#,
                #"control_plane_deployments{status="deploying"} 1"#, "control_plane_database_writable 1",
                #"control_plane_http_requests_total{method="GET",path="/api/v1/deployments/{id}",status="404"} 2"#,
                #"control_plane_http_requests_total{method="other",path="unmatched",status="404"} 1"#,
                #"control_plane_http_request_duration_seconds_count{method="POST",path="/api/v1/deployments"} 1"#,
            ] {
                #expect(lines.contains(line), "\(line)")
            }
            #expect(!response.text.contains("/tea/pot"))
            #expect(plane.value("control_plane_commits_total", response.text) > 0)
            #expect(plane.value("control_plane_commit_duration_seconds_count", response.text) > 0)
            #expect(plane.value(#"control_plane_database_bytes{file="main"}"#, response.text) > 0)
            #expect(plane.value("process_resident_memory_bytes", response.text) > 1_000_000)
        }
    }

    @Test @LoopActor func belowTheReserveTheDatabaseIsNotCalledWritable() async throws {
        try await TestPlane.with(["FLEDX_CP_STORAGE_RESERVE_BYTES": "9000000000000000"]) { plane in
            let text = try await plane.send("GET", "/metrics", token: nil).text
            #expect(plane.value("control_plane_database_writable", text) == 0)
        }
    }

    /// Places are counted whoever sought them: a declaration, a document, or the cluster itself.
    @Test @LoopActor func everySearchForAPlaceIsCounted() async throws {
        let clock = MovableClock()
        try await TestPlane.with(clock: clock) { plane in
            func count(_ context: String, _ outcome: String) async throws -> Double {
                let text = try await plane.send("GET", "/metrics", token: nil).text
                let labels = #"{context="\#(context)",outcome="\#(outcome)"}"#
                return plane.value("control_plane_scheduler_decisions_total\(labels)", text)
            }
            let nodes = try await [
                plane.readyNode(#"{"name":"a"}"#), plane.readyNode(#"{"name":"b"}"#),
                plane.readyNode(#"{"name":"c"}"#), plane.readyNode(#"{"name":"d"}"#),
            ]
            let pinned =
                #"{"kind":"deployment","name":"pinned","image":"x","constraints":{"labels":{"on":"a"}}}"#
            let labelled = try await plane.send(
                "PATCH", "/api/v1/nodes/a", json: #"{"labels":{"on":"a"}}"#)
            #expect(labelled.status == 200, "\(labelled.text)")
            let applied = try await plane.send("POST", "/api/v1/apply", json: #"{"items":[\#(pinned)]}"#)
            #expect(applied.status == 200, "\(applied.text)")
            #expect(try await count("create", "assigned") == 1)
            let ports = #"[{"container_port":80,"host_port":9000}]"#
            _ = try await plane.declare(#"{"name":"p","image":"x","replicas":5,"ports":\#(ports)}"#)
            #expect(try await count("create", "assigned") == 5)
            #expect(try await count("create", "unassigned") == 1)
            let text = try await plane.send("GET", "/metrics", token: nil).text
            #expect(
                plane.value(#"control_plane_scheduler_port_conflicted_nodes{context="create"}"#, text) == 4)
            // A replica that a drain moves is placed by the cluster itself.
            try await plane.reportRunning(nodes[1])
            #expect(try await count("reschedule", "assigned") == 0)
            _ = try await plane.declare(#"{"name":"free","image":"x","replicas":4}"#)
            for node in nodes { try await plane.reportRunning(node) }
            #expect(try await plane.send("POST", "/api/v1/nodes/d/drain").status == 200)
            for _ in 0..<5 {
                clock.move(seconds: 10)
                _ = try plane.plane.host.perform(.tick)
                for node in nodes { try await plane.reportRunning(node) }
            }
            #expect(try await count("reschedule", "assigned") > 0)
        }
    }

    /// What goes through tunnels has the names of the contract, and /health tells it too.
    @Test @LoopActor func tunnelsAndWhatGoesThroughThemAreCounted() async throws {
        try await TestPlane.with { plane in
            let node = try await plane.readyNode(#"{"name":"edge-1"}"#)
            _ = try await plane.declare(BarrierTests.web)
            let tunnel = try await PlayedTunnel.open(plane, node)
            let exchange = try await plane.begin(
                "POST", "/api/v1/deployments/web/exec", json: #"{"command":["date"]}"#)
            try await eventually("the command has come") { tunnel.executions.count == 1 }
            try await tunnel.end(tunnel.executions[0], output: "today")
            #expect(try await exchange.response().status == 200)
            let wrong = try await plane.send(
                "GET", "/agent-tunnel", token: nil,
                headers: [("x-fledx-node-id", "\(node.id)"), ("x-fledx-tunnel-token", "Bearer wrong")])
            #expect(wrong.status == 401)

            let open = try await plane.send("GET", "/health", token: nil)
            let health: HealthResponse = try open.decode()
            #expect(health.tunnelSessionsActive == 1 && health.tunnelFreshestHeartbeatSecs != nil)
            #expect(health.tunnelStatuses == nil && !open.text.contains("\(node.id)"))
            #expect(health.relay == .init(status: "unknown", lastError: nil))
            let told: HealthResponse = try await plane.send("GET", "/health").decode()
            #expect(told.tunnelStatuses?.map(\.status) == ["connected"])
            #expect(told.tunnelStatuses?.first?.nodeID == node.id)

            tunnel.close()
            try await eventually("the tunnel has ended") { plane.plane.tunnels.count == 0 }
            let text = try await plane.send("GET", "/metrics", token: nil).text
            for (series, value) in [
                (#"control_plane_tunnel_connect_total{result="accepted"}"#, 1.0),
                (#"control_plane_tunnel_connect_total{result="unauthorized"}"#, 1),
                ("control_plane_tunnel_sessions", 0),
                (#"control_plane_tunnel_forward_total{result="ok"}"#, 1),
                ("control_plane_tunnel_forward_duration_seconds_count", 1),
                (#"control_plane_relay_requests_total{result="ok"}"#, 0),
                ("control_plane_relay_request_duration_seconds_count", 0),
            ] {
                #expect(plane.value(series, text) == value, "\(series)")
            }
            #expect(text.contains("\ncontrol_plane_tunnel_disconnect_total{reason="))
            #expect(text.contains(#"control_plane_tunnel_heartbeat_total{result="ok"}"#))
        }
    }
}

extension TestPlane {
    /// The value of a series.
    nonisolated fileprivate func value(_ series: String, _ text: String) -> Double {
        let line = text.split(separator: "\n").first { $0.hasPrefix("\(series) ") }
        return line?.split(separator: " ").last.flatMap { Double($0) } ?? -1
    }
}
