import Model

extension JSONSchema {
    private static let nodeFields: [Field] = [
        .must("node_id", .id), .may("name", .text("edge-1")), .must("status", .word(NodeStatus.ready)),
        .may("last_seen", .time), .may("arch", .text("x86_64")), .may("os", .text("linux")),
        .may("public_ip", .text("192.0.2.7")), .may("public_host", .text("edge-1.example.org")),
        .must("labels", labels), .may("capacity", .named(capacity)), .may("agent_version", .text("0.1.0")),
        .must("conditions", .list(.named(condition))), .must("replicas", .count(2)),
        .must("availability", .word(NodeAvailability.open)),
    ]

    static let nodeSummary = Component("NodeSummary", .object(nodeFields))

    static let applied = object([.must("epoch", .id), .must("revision", .count(1))])

    static let nodeDetail = Component(
        "Node",
        .object(
            nodeFields + [
                .must("instances", .list(.named(instance))), .must("desired_revision", .count(1)),
                .may("applied", applied), .must("created_at", .time),
                .may("usage_summary", .named(usageSummary)),
                .may(
                    "tunnel",
                    .object([
                        .must("connected", .flag(true)), .may("connected_at", .time),
                        .may("peer", .text("192.0.2.7:40312")), .may("streams", .count(1)),
                        .may("received_bytes", .count(1)), .may("sent_bytes", .count(1)),
                    ])),
            ]))

    static let drainProgress = Component(
        "DrainProgress",
        .object([
            .must("node_id", .id), .must("availability", .word(NodeAvailability.draining)),
            .must(
                "remaining",
                .list(
                    .object([
                        .must("deployment_id", .id), .must("deployment", .text("web")),
                        .must("replica_number", .count(0)), .must("reason", .sentence),
                    ]))), .must("leaving", .count(0)), .must("done", .flag(false)),
        ]))

    static let nodePatch = Component(
        "NodePatch",
        .object([
            .may("name", JSONSchema.name.orNull),
            .may("labels", JSONSchema.map(.text("eu", bytes: 1...255), "region").orNull),
        ]))

    static let nodeComponents = [nodeSummary, nodeDetail, drainProgress, nodePatch]
}
