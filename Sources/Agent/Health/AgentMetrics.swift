internal import EventLoop
internal import Model

/// The agent's figures as Prometheus text (exposition format 0.0.4).
@LoopActor
enum AgentMetrics {
    static func render(driver: NodeDriver, heartbeat: HeartbeatLoop, uptimeSecs: Int64) -> String {
        var text = ""
        family(
            &text, "node_agent_build_info", "gauge", "The build.", [("{version=\"\(Version.current)\"}", "1")]
        )
        family(
            &text, "node_agent_uptime_seconds", "gauge", "Seconds since the agent started.",
            [("", "\(uptimeSecs)")])
        family(
            &text, "node_agent_heartbeat_total", "counter", "Reports by result.",
            [
                ("{result=\"success\"}", "\(heartbeat.succeeded)"),
                ("{result=\"failed\"}", "\(heartbeat.failed)"),
            ])
        family(
            &text, "node_agent_managed_replicas", "gauge", "Replicas in the applied desired state.",
            [("", "\(driver.appliedDocument?.deployments.count ?? 0)")])
        family(
            &text, "node_agent_docker_up", "gauge", "Whether Docker answers.",
            [("", driver.isDockerReachable ? "1" : "0")])
        let kinds = driver.counters.byKind.sorted { $0.key < $1.key }
        family(
            &text, "node_agent_actions_total", "counter", "Actions on Docker by kind and result.",
            kinds.flatMap { kind, count in
                [
                    ("{kind=\"\(kind)\",result=\"success\"}", "\(count.succeeded)"),
                    ("{kind=\"\(kind)\",result=\"failed\"}", "\(count.failed)"),
                ]
            })
        family(
            &text, "process_resident_memory_bytes", "gauge", "Resident memory.",
            [("", "\(SystemInfo.residentBytes)")])
        return text
    }

    private static func family(
        _ text: inout String, _ name: String, _ type: String, _ help: String, _ samples: [(String, String)]
    ) {
        guard !samples.isEmpty else { return }
        text += "# HELP \(name) \(help)\n# TYPE \(name) \(type)\n"
        for (labels, value) in samples { text += "\(name)\(labels) \(value)\n" }
    }
}
