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
                #"control_plane_info{version="\#(Version.current)",schema_version="\#(Schema.newest)","#
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
}

extension TestPlane {
    /// The value of a series.
    nonisolated fileprivate func value(_ series: String, _ text: String) -> Double {
        let line = text.split(separator: "\n").first { $0.hasPrefix("\(series) ") }
        return line?.split(separator: " ").last.flatMap { Double($0) } ?? -1
    }
}
