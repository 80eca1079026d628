import AgentTestKit
import EventLoop
import HTTPServer
import Model
import TestKit
import Testing

@testable import Agent

/// Dashboards made for the agent before this one go on working, as far as their figures still mean something.
@Suite(.onLoop) struct MetricsTests {
    /// Each name of that agent, with its type, and what stands for it now where the name would lie.
    private static let names: [(old: String, type: String, now: String)] = [
        ("node_agent_heartbeat_total", "counter", "node_agent_heartbeat_total"),
        ("node_agent_reconcile_total", "counter", "node_agent_reconcile_total"),
        // Histograms in seconds, which can be added up over nodes; they were quantiles in milliseconds.
        ("node_agent_reconcile_duration_ms", "histogram", "node_agent_reconcile_duration_seconds"),
        ("node_agent_tunnel_request_latency_ms", "histogram", "node_agent_tunnel_rtt_seconds"),
        // It was the number of deployments in the last answer.
        ("node_agent_reconcile_queue_len", "gauge", "node_agent_managed_deployments"),
        ("node_agent_container_starts_total", "counter", "node_agent_container_starts_total"),
        ("node_agent_runtime_errors_total", "counter", "node_agent_runtime_errors_total"),
        ("node_agent_config_fetch_total", "counter", "node_agent_config_fetch_total"),
        // Configs are part of a container's declaration: they are applied when it is made.
        ("node_agent_config_apply_total", "counter", "node_agent_actions_total"),
        ("node_agent_container_cpu_percent", "gauge", "node_agent_container_cpu_percent"),
        ("node_agent_container_memory_bytes", "gauge", "node_agent_container_memory_bytes"),
        // These count up; that agent called them gauges.
        (
            "node_agent_container_network_rx_bytes_total", "counter",
            "node_agent_container_network_rx_bytes_total"
        ),
        (
            "node_agent_container_network_tx_bytes_total", "counter",
            "node_agent_container_network_tx_bytes_total"
        ),
        (
            "node_agent_container_blk_read_bytes_total", "counter",
            "node_agent_container_blk_read_bytes_total"
        ),
        (
            "node_agent_container_blk_write_bytes_total", "counter",
            "node_agent_container_blk_write_bytes_total"
        ),
        ("node_agent_managed_deployments", "gauge", "node_agent_managed_deployments"),
        ("node_agent_compatibility_status", "gauge", "node_agent_compatibility_status"),
        ("node_agent_tunnel_connect_total", "counter", "node_agent_tunnel_connect_total"),
    ]

    @Test @LoopActor func everyOldNameIsThereOrHasASuccessor() async throws {
        try await AgentRun.run({ $0["FLEDX_AGENT_RESOURCE_SAMPLE_INTERVAL_SECS"] = "1" }) {
            controlPlane, run in
            controlPlane.publish([Replicas.one()])
            run.start()
            // The counters of a container are there from its second sample on.
            try await eventually("its use is shown", milliseconds: 20_000) {
                run.agent.metricsText.contains("node_agent_container_network_tx_bytes_total{")
            }
            let lines = Set(run.agent.metricsText.split(separator: "\n").map(String.init))
            for name in Self.names {
                #expect(lines.contains("# TYPE \(name.now) \(name.type)"), "\(name.old)")
            }
            #expect(lines.contains(#"node_agent_compatibility_status{status="ok"} 1"#))
            // No free text and nothing unbounded is a label.
            for label in ["last_error", "message", "reason"] {
                #expect(!lines.contains { $0.contains("\(label)=") })
            }
        }
    }

    @Test @LoopActor func anAgentTheControlPlaneDoesNotTakeShowsIt() async throws {
        try await AgentRun.run { controlPlane, run in
            controlPlane.intercept = { request in
                guard request.method == .get else { return nil }
                throw HTTPRejection(.upgradeRequired, "unsupported_agent_version", "too old")
            }
            run.start()
            try await eventually("it is shown") {
                run.agent.metricsText.contains(#"node_agent_compatibility_status{status="error"} 1"#)
            }
            #expect(
                run.agent.metricsText.contains(#"node_agent_config_fetch_total{result="compat_error"} 1"#))
            controlPlane.intercept = nil
            controlPlane.publish([Replicas.one()])
            try await eventually("it is taken again") {
                run.agent.metricsText.contains(#"node_agent_compatibility_status{status="ok"} 1"#)
            }
        }
    }
}
