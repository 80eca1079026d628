import Model

extension JSONSchema {
    /// The one error body, with what single refusals add to it.
    static let error = Component(
        "Error",
        .object([
            .must("error", .text("there is no deployment 'web'"), "What is wrong, where, and what to do."),
            .must("code", .text("not_found", pattern: "^[a-z_]+$"), "The same for machines."),
            .must("request_id", .text("4f1c")),
            .must(
                "details",
                .list(.object([.must("field", .text("ports[0].host_port")), .must("message", .sentence)]))),
            .may("node_id", .id), .may("token_id", .id), .may("epoch", .id),
            .may("containers", .words(["keep", "remove"], "keep")),
            .may("agent_version", .text("0.1.0")), .may("min_supported", .text("0.1.0")),
            .may("max_supported", .text("0.3.0")), .may("upgrade_url", .text("https://example.org/agent")),
            .may("missing_scope", .text("deployment.write")),
        ]))

    static let condition = Component(
        "Condition",
        .object([
            .must("type", .text("unplaced")), .must("message", .sentence), .may("since", .time),
        ]))

    static let port = Component(
        "Port",
        .object([
            .must("container_port", .whole(1...65_535, 80)), .may("host_port", .whole(1...65_535, 8080)),
            .may("protocol", .word(PortMapping.Transport.tcp)),
            .may("host_ip", .text("192.0.2.7", format: "ip")),
            .may("expose", .flag(true)), .may("publish", .flag(true)),
            .may("endpoint", .text("192.0.2.7:8080"), "Output; ignored as input."),
        ]))

    static let capacity = Component(
        "Capacity",
        .object([
            .may("cpu_millis", .whole(1...Int64.max, 4000)),
            .may("memory_bytes", .whole(1...Int64.max, 8_589_934_592)),
        ]))

    static let instance = Component(
        "Instance",
        .object([
            .may("assignment_id", .id), .must("deployment_id", .id), .must("deployment", .text("web")),
            .must("replica_number", .count(0)), .may("node_id", .id), .may("node_name", .text("edge-1")),
            .must("state", .word(InstanceState.running)), .must("ready", .flag(true)),
            .may("reason", .sentence), .may("container_id", .text("3f4e")), .must("generation", .count(1)),
            .must("restart_count", .count(0)), .must("ports", .list(.named(port))),
            .must("endpoints", .list(.text("192.0.2.7:8080"))), .may("last_seen", .time),
            .may("health", .named(instanceHealth)),
        ]))

    private static let verdict = word(InstanceHealth.Verdict.passing)

    static let instanceHealth = Component(
        "InstanceHealth",
        .object([
            .must("healthy", .flag(true), "Whether every probe passes."), .may("startup", verdict),
            .may("readiness", verdict), .may("liveness", verdict), .may("reason", .sentence),
            .may("last_probe_result", .text("http 200")), .may("last_checked_at", .time),
        ]))

    static let commonComponents = [error, condition, port, capacity, instance, instanceHealth, probes]

    /// A page of a list.
    static func page(of item: JSONSchema) -> JSONSchema {
        .object([
            .must("items", .list(item)), .must("limit", .whole(1...1000, 50)), .may("offset", .count(0)),
            .may("next_cursor", .text("ZGVwbG95bWVudHM", bytes: 1...ControlPlaneLimits.cursorBytes)),
            .must("total", .count(1)),
        ])
    }
}

extension APIOperation.Parameter {
    /// What every list takes.
    static let page = [
        APIOperation.Parameter("limit", .whole(1...1000, 50), "Items of a page."),
        APIOperation.Parameter("offset", .whole(0...4_294_967_295, 0), "Items to skip; not with cursor."),
        APIOperation.Parameter(
            "cursor", .text("ZGVwbG95bWVudHM", bytes: 1...ControlPlaneLimits.cursorBytes),
            "next_cursor of the page before."),
    ]
    static let label = APIOperation.Parameter(
        "label", .list(.text("region=eu", pattern: "^[^=]+=")), "key=value, repeatable; all must fit.")
    static func name(_ example: String) -> APIOperation.Parameter {
        APIOperation.Parameter("name", .text(example), "The exact name.")
    }
}
