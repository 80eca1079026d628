import EventLoop
import Foundation
import JSON
import Model
import TestKit
import Testing

@testable import ControlPlane

/// What the tools of Prometheus say of `/metrics`.
@Suite(.onLoop, .serialized) struct PrometheusTests {
    @Test @LoopActor func promtoolHasNothingToSay() async throws {
        guard let promtool = PrivateDocker.path(of: "promtool") else {
            return TestEnvironment.skip("promtool is missing: packaging/setup.sh test installs it")
        }
        try await UsageFixture.with { fixture in
            try await fixture.report([0: [fixture.sample()]])
            try await fixture.storeMinute()
            try await fixture.plane.send("GET", "/api/v1/deployments", token: nil)
            try await fixture.plane.send("GET", "/nowhere")
            let text = try await fixture.plane.send("GET", "/metrics", token: nil).text
            let file = fixture.plane.folder.path("metrics.txt")
            try FileIO.writeDurably(file, Array(text.utf8))
            let result = try await BlockingPool.run {
                try Child.run("/bin/sh", ["-c", "exec \(promtool) check metrics <\(file)"])
            }
            #expect(result.code == 0 && result.output.isEmpty && result.errors.isEmpty, "\(result)")
            for name in [
                "control_plane_info", "control_plane_schema_version", "control_plane_migrations_pending",
                "control_plane_internal_errors_total", "control_plane_db_errors_total{kind=\"io\"}",
                "control_plane_agent_version_mismatch_total", "control_plane_replicas_desired",
                "control_plane_replicas_ready", "control_plane_sweep_duration_seconds_bucket",
                "control_plane_commit_duration_seconds_bucket",
                "control_plane_auth_failures_total{path=\"/api/v1/deployments\",status=\"401\"}",
                "control_plane_scheduler_decisions_total{context=\"create\",outcome=\"assigned\"} 1",
                "control_plane_scheduler_ready_nodes{context=\"create\"} 1",
                "control_plane_scheduler_compatible_nodes{context=\"create\"} 1", "process_cpu_seconds_total",
                "process_start_time_seconds", "process_open_fds",
            ] {
                #expect(text.contains("\n\(name)"), "\(name) is missing")
            }
        }
    }

    @Test @LoopActor func theSecondListenerServesMetricsAlone() async throws {
        try await TestPlane.with(
            ["FLEDX_CP_METRICS_HOST": "127.0.0.1", "FLEDX_CP_METRICS_PORT": "0"]
        ) { plane in
            let port = try #require(plane.plane.metricsServer?.port)
            let metrics = try await plane.send("GET", "/metrics", token: nil, port: port)
            #expect(metrics.status == 200 && metrics.text.contains("control_plane_info"))
            #expect(try await plane.send("GET", "/api/v1/nodes", port: port).status == 404)
            let proxied = [("x-forwarded-for", "192.0.2.1")]
            #expect(
                try await plane.send("GET", "/metrics", token: nil, headers: proxied, port: port).status
                    == 401)
        }
        try await TestPlane.with { plane in #expect(plane.plane.metricsServer == nil) }
    }

    @Test @LoopActor func aRealPrometheusScrapesIt() async throws {
        guard let prometheus = PrivateDocker.path(of: "prometheus") else {
            return TestEnvironment.skip("prometheus is missing: packaging/setup.sh test installs it")
        }
        try await UsageFixture.with { fixture in
            try await fixture.report([0: [fixture.sample(cpu: 37)]])
            let folder = fixture.plane.folder
            let listener = try Listener.tcp(host: "127.0.0.1", port: 0) { $0.close() }
            let port = listener.port
            listener.close()
            let configuration = """
                global: {scrape_interval: 1s, scrape_timeout: 1s}
                scrape_configs:
                  - {job_name: fledx, static_configs: [{targets: ['127.0.0.1:\(fixture.plane.plane.port)']}]}
                """
            try FileIO.writeDurably(folder.path("prometheus.yml"), Array(configuration.utf8))
            let child = try Child(
                prometheus,
                [
                    "--config.file=\(folder.path("prometheus.yml"))",
                    "--storage.tsdb.path=\(folder.path("tsdb"))",
                    "--web.listen-address=127.0.0.1:\(port)",
                ], folder: folder.path)
            defer { child.signal(SIGKILL) }
            let series = "deployment_cpu_percent%7Bdeployment%3D%22myapp%22%7D"
            var answer = ""
            for _ in 0..<150 {
                try await LoopActor.sleep(milliseconds: 200)
                guard
                    let response = try? await fixture.plane.send(
                        "GET", "/api/v1/query?query=\(series)", token: nil, port: port)
                else { continue }
                answer = response.text
                if answer.contains(#""37""#) { break }
            }
            #expect(answer.contains(#""37""#), "\(answer) \(child.errorsSoFar.suffix(1000))")
            let up = try await fixture.plane.send(
                "GET", "/api/v1/query?query=up", token: nil, port: port)
            #expect(up.text.contains(#""1""#), "\(up.text)")
        }
    }
}
