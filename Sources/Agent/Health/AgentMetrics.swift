internal import EventLoop
internal import Model
internal import NodeCore
internal import Telemetry

/// The agent's figures; names of the reference where it has them.
@LoopActor
final class AgentMetrics {
    private let registry = MetricRegistry()
    private let reports: Counter
    private let polls: Counter
    private let compatibility: Gauge
    private let actions: Counter
    private let starts: Counter
    private let failures: Counter
    private let reconciles: Counter
    private let reconcileDurations: Histogram
    private let docker: Histogram
    private let probes: Counter
    private let probeDurations: Histogram
    private let samplesWaiting: Gauge
    private let samplesDropped: Counter
    private let containers: ContainerSeries
    /// The tunnel's figures.
    let tunnel: TunnelMetrics

    init() {
        let build = registry.gauge(
            "node_agent_build_info", help: "The build.", labels: ["version", "git_sha"])
        build.set(1, [Version.current, Version.gitSHA])
        reports = registry.counter(
            "node_agent_heartbeat_total", help: "Reports by result.", labels: ["result"])
        polls = registry.counter(
            "node_agent_config_fetch_total", help: "Polls for the desired state by result.",
            labels: ["result"])
        compatibility = registry.gauge(
            "node_agent_compatibility_status",
            help: "Whether the control plane takes this agent's version: 1 at what holds.", labels: ["status"]
        )
        actions = registry.counter(
            "node_agent_actions_total", help: "Actions on Docker by kind and result.",
            labels: ["kind", "result"])
        starts = registry.counter(
            "node_agent_container_starts_total", help: "Starts of containers; a restart was not asked for.",
            labels: ["kind", "result"])
        failures = registry.counter(
            "node_agent_runtime_errors_total", help: "Actions on Docker that failed.", labels: ["kind"])
        reconciles = registry.counter(
            "node_agent_reconcile_total", help: "Full looks at Docker by result.", labels: ["result"])
        reconcileDurations = registry.histogram(
            "node_agent_reconcile_duration_seconds", help: "How long a full look at Docker took.",
            labels: ["result"])
        docker = registry.histogram(
            "node_agent_docker_request_duration_seconds", help: "How long Docker took for an action.",
            labels: ["operation"])
        probes = registry.counter(
            "node_agent_probes_total", help: "Questions to containers by kind and result.",
            labels: ["kind", "result"])
        probeDurations = registry.histogram(
            "node_agent_probe_duration_seconds", help: "How long an answer of a container took.", labels: [])
        samplesWaiting = registry.gauge(
            "node_agent_samples_waiting", help: "Samples of use that were not told yet.")
        samplesDropped = registry.counter(
            "node_agent_samples_dropped_total", help: "Samples of use dropped because nobody took them.")
        containers = ContainerSeries(registry)
        tunnel = TunnelMetrics(registry)
        showProcess()
        makeSeries()
    }

    /// Series that are there before anything happens: a rate over one that appears late starts wrong.
    private func makeSeries() {
        for result in ["success", "failed"] {
            _ = reports.with([result])
            for kind in ["start", "restart"] { _ = starts.with([kind, result]) }
        }
        for result in ["success", "not_modified", "error", "compat_error"] { _ = polls.with([result]) }
        showCompatibility(true)
        for result in ["success", "runtime_unavailable", "error"] { _ = reconciles.with([result]) }
        for kind in ["connection", "other"] { _ = failures.with([kind]) }
    }

    private func showProcess() {
        let memory = registry.gauge("process_resident_memory_bytes", help: "Resident memory.")
        let processor = registry.counter(
            "process_cpu_seconds_total", help: "Processor time in user and kernel mode.")
        let files = registry.gauge("process_open_fds", help: "Open file descriptors.")
        registry.onCollect {
            memory.set(Double(SystemInfo.residentBytes))
            let used = processor.with([])
            used.increment(by: SystemInfo.processorSeconds - used.value)
            files.set(Double(SystemInfo.openFileCount))
        }
    }

    func reported(_ ok: Bool) { reports.increment([ok ? "success" : "failed"]) }

    func polled(_ result: String) {
        polls.increment([result])
        guard result != "error" else { return }
        showCompatibility(result != "compat_error")
    }

    private func showCompatibility(_ isTaken: Bool) {
        compatibility.set(isTaken ? 1 : 0, ["ok"])
        compatibility.set(isTaken ? 0 : 1, ["error"])
    }

    func acted(_ work: NodeAction.Work, _ result: ActionResult, isRestart: Bool, nanoseconds: UInt64) {
        if case .probe(let call) = work { return probed(call, result, nanoseconds: nanoseconds) }
        let kind = ActionWords.kind(work)
        let isDone: Bool
        var isLost = false
        if case .failed(let failure) = result {
            isDone = false
            isLost = failure.kind == .dockerUnreachable
            failures.increment([isLost ? "connection" : "other"])
        } else {
            isDone = true
        }
        let word = isDone ? "success" : "failed"
        actions.increment([kind, word])
        if case .persistMemory = work { return }
        dockerAnswered(kind, nanoseconds: nanoseconds)
        switch work {
        case .start: starts.increment([isRestart ? "restart" : "start", word])
        case .listContainers:
            let word = isDone ? "success" : isLost ? "runtime_unavailable" : "error"
            reconciles.increment([word])
            reconcileDurations.observe(Double(nanoseconds) / 1e9, [word])
        default: break
        }
    }

    /// Answers come over the container's own network; only commands go through Docker.
    private func probed(_ call: ProbeCall, _ result: ActionResult, nanoseconds: UInt64) {
        let word =
            switch result {
            case .probed(.passed): "passed"
            case .probed(.failed): "failed"
            default: "unknown"
            }
        probes.increment([call.kind.rawValue, word])
        probeDurations.observe(Double(nanoseconds) / 1e9, [])
    }

    func dockerAnswered(_ operation: String, nanoseconds: UInt64) {
        docker.observe(Double(nanoseconds) / 1e9, [operation])
    }

    /// A round of measuring is over.
    func measured(
        _ newest: [(target: SampleTarget, sample: ResourceSample)], waiting: Int, dropped: Int
    ) {
        containers.measured(newest)
        samplesWaiting.set(Double(waiting))
        let series = samplesDropped.with([])
        series.increment(by: Double(dropped) - series.value)
    }

    /// Other containers run now.
    func showContainers(_ newest: [(target: SampleTarget, sample: ResourceSample)]) {
        containers.keepOnly(newest)
    }

    /// Shows what the driver knows; called once, when there is one.
    func watch(_ driver: NodeDriver, startedAt started: Moment, _ time: any TimeSource) {
        registry.gauge("process_start_time_seconds", help: "When the agent started, in Unix seconds.")
            .set(Double(started.wall.milliseconds) / 1000)
        let uptime = registry.gauge("node_agent_uptime_seconds", help: "Seconds since the agent started.")
        let replicas = registry.gauge(
            "node_agent_managed_replicas", help: "Replicas in the applied desired state.")
        let deployments = registry.gauge(
            "node_agent_managed_deployments", help: "Deployments in the applied desired state.")
        let docker = registry.gauge("node_agent_docker_up", help: "Whether Docker answers.")
        registry.onCollect { [weak driver] in
            uptime.set(Double(time.now().monotonic.milliseconds(since: started.monotonic)) / 1000)
            let document = driver?.appliedDocument
            replicas.set(Double(document?.deployments.count ?? 0))
            deployments.set(Double(Set((document?.deployments ?? []).map(\.deploymentID)).count))
            docker.set(driver?.isDockerReachable == true ? 1 : 0)
        }
    }

    /// Prometheus text.
    func render() -> String { String(decoding: registry.render(), as: UTF8.self) }
}
