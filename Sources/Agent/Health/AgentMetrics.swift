internal import EventLoop
internal import Model
internal import NodeCore
internal import Telemetry

/// The agent's figures.
@LoopActor
final class AgentMetrics {
    private let registry = MetricRegistry()
    private let reports: Counter
    private let polls: Counter
    private let actions: Counter

    init() {
        let build = registry.gauge("node_agent_build_info", help: "The build.", labels: ["version"])
        build.set(1, [Version.current])
        reports = registry.counter(
            "node_agent_heartbeat_total", help: "Reports by result.", labels: ["result"])
        polls = registry.counter(
            "node_agent_config_fetch_total", help: "Polls for the desired state by result.",
            labels: ["result"])
        actions = registry.counter(
            "node_agent_actions_total", help: "Actions on Docker by kind and result.",
            labels: ["kind", "result"])
        for result in ["success", "failed"] { _ = reports.with([result]) }
        for result in ["success", "not_modified", "error"] { _ = polls.with([result]) }
        let memory = registry.gauge("process_resident_memory_bytes", help: "Resident memory.")
        registry.onCollect { memory.set(Double(SystemInfo.residentBytes)) }
    }

    func reported(_ ok: Bool) { reports.increment([ok ? "success" : "failed"]) }

    func polled(_ result: String) { polls.increment([result]) }

    func acted(_ work: NodeAction.Work, _ result: ActionResult) {
        var ok = true
        if case .failed = result { ok = false }
        actions.increment([ActionWords.kind(work), ok ? "success" : "failed"])
    }

    /// Shows what the driver knows; called once, when there is one.
    func watch(_ driver: NodeDriver, startedAt started: MonotonicInstant, _ time: any TimeSource) {
        let uptime = registry.gauge("node_agent_uptime_seconds", help: "Seconds since the agent started.")
        let replicas = registry.gauge(
            "node_agent_managed_replicas", help: "Replicas in the applied desired state.")
        let docker = registry.gauge("node_agent_docker_up", help: "Whether Docker answers.")
        registry.onCollect { [weak driver] in
            uptime.set(Double(time.now().monotonic.milliseconds(since: started)) / 1000)
            replicas.set(Double(driver?.appliedDocument?.deployments.count ?? 0))
            docker.set(driver?.isDockerReachable == true ? 1 : 0)
        }
    }

    /// Prometheus text.
    func render() -> String { String(decoding: registry.render(), as: UTF8.self) }
}
