import Model

extension JSONSchema {
    static let clusterStatus = Component(
        "Cluster",
        .object([
            .must("epoch", .id), .must("predecessors", .list(.id)), .must("accepts", .list(.id)),
            .must("history_lost", .flag(false)),
            .must(
                "brake",
                .object([
                    .must("engaged", .flag(false)), .must("missing", .count(0)),
                    .must("threshold", .count(3)),
                ])),
            .must(
                "nodes",
                .list(
                    .object([
                        .must("node_id", .id), .may("name", .text("edge-1")), .may("epoch", .id),
                        .must("revision", .count(1)), .may("applied", applied), .must("held", .flag(false)),
                        .may(
                            "change",
                            .object([
                                .must("starts", .count(0)), .must("updates", .count(0)),
                                .must("keeps", .count(2)),
                                .must("removes", .count(0)),
                            ])),
                    ]))),
        ]))

    static let confirmation = Component(
        "Confirmation",
        .object([
            .must("epoch", .id),
            .may(
                "nodes", .list(.text("edge-1"), most: SpecLimits.entries),
                "Only these; all of them unless given."),
        ]))

    static let health = Component(
        "Health",
        .object([
            .must("status", .words(["ok", "degraded"], "ok")), .must("version", .text("0.1.0")),
            .must("control_plane_version", .text("0.1.0")), .must("git_sha", .text("unknown")),
            .must("min_supported_agent_version", .text("0.1.0")),
            .must("max_supported_agent_version", .text("0.1.999")), .must("schema_version", .count(10)),
            .must("target_schema_version", .count(10)), .must("pending_migrations", .count(0)),
            .must("tunnel_sessions_active", .count(2)), .may("tunnel_freshest_heartbeat_secs", .count(3)),
            .may(
                "tunnel_statuses",
                .list(
                    .object([
                        .must("node_id", .id),
                        .must("status", .words(["connected", "disconnected"], "connected")),
                        .may("last_heartbeat_secs", .count(3)),
                    ])), "For operators that may see nodes."),
            .must(
                "relay",
                .object([
                    .must("status", .words(["ok", "degraded", "unknown"], "ok")),
                    .may("last_error", .sentence),
                ])),
            .must("uptime_secs", .count(60)), .must("nodes", .map(.count(1), "ready")),
            .must("deployments", .map(.count(1), "running")), .must("conditions", .list(.named(condition))),
        ]))

    static let clusterComponents = [clusterStatus, confirmation, health]
}
