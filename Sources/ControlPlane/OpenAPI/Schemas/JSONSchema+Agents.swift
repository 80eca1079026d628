import Model

extension JSONSchema {
    private static let tunnel = object([
        .must("host", .text("cp.example.org")), .must("port", .whole(0...65_535, 7443)),
        .must("use_tls", .flag(true)), .must("connect_timeout_secs", .count(10)),
        .must("heartbeat_interval_secs", .count(30)), .must("heartbeat_timeout_secs", .count(90)),
        .must("token_header", .text("x-fledx-tunnel-token")),
    ])

    /// What an agent says of its machine; keys of other versions are ignored.
    private static let inventoryFields: [Field] = [
        .may("arch", .text("x86_64")), .may("os", .text("linux")), .may("labels", labels),
        .may("capacity", .named(capacity)), .may("public_ip", .text("192.0.2.7")),
        .may("public_host", .text("edge-1.example.org")),
    ]

    static let registration = Component(
        "Registration",
        .object([.may("node_id", .id), .may("name", .name)] + inventoryFields, isOpen: true))

    static let registered = Component(
        "Registered",
        .object([
            .must("node_id", .id), .must("node_token", .text("shown once")), .must("tunnel", tunnel),
        ]))

    static let heartbeat = Component(
        "Heartbeat",
        .object(
            [
                .must("node_status", .word(NodeSelfStatus.ready)), .may("boot_id", .id),
                .may("seq", .count(1)),
                .may("full", .flag(true)), .may("timestamp", .time), .may("applied", applied),
                .may("conditions", .list(.named(condition), most: 64)),
                .may("inventory", .object(inventoryFields, isOpen: true)),
                .may("foreign_ports", .list(.whole(1...65_535, 22))),
                .may("capabilities", .list(.text("pull"), most: 64)),
                .may("interval_secs", .whole(1...65_535, 30)),
                .may(
                    "containers",
                    .list(
                        .object(
                            [
                                .must("deployment_id", .id), .must("state", .word(InstanceState.running)),
                                .may("assignment_id", .id),
                                .may("replica_number", .whole(0...4_294_967_295, 0)),
                                .may("generation", .count(1)), .may("container_id", .text("3f4e")),
                                .may("message", .sentence),
                                .may("restart_count", .whole(0...4_294_967_295, 0)),
                                .may("last_updated", .time), .may("rejected_generation", .count(2)),
                                .may("image_digest", .text("docker.io/library/nginx@sha256:00")),
                                .may("port_taken", .flag(false)),
                                .may("endpoints", .list(.text("192.0.2.7:8080"))),
                                .may("health", .named(instanceHealth)),
                            ], isOpen: true), most: 4096)),
            ], isOpen: true))

    static let heard = Component(
        "Heard",
        .object([
            .must("ok", .flag(true)), .must("ack", .count(1)), .must("want_full", .flag(false)),
            .must("head_revision", .count(1)), .must("heartbeat_interval_secs", .count(30)),
        ]))

    private static let replica = object(
        [
            .must("assignment_id", .id), .must("deployment_id", .id), .must("name", .name),
            .must("replica_number", .count(0)), .must("generation", .count(1)),
            .must("restart_nonce", .count(0)),
            .must("desired_state", .word(DesiredState.running)), .must("strategy", strategy),
            .must("ports", .list(.named(port))), .may("configs", .list(configReference)),
        ] + containerFields)

    static let desiredState = Component(
        "DesiredState",
        .object([
            .must("epoch", .id), .must("revision", .count(1)), .must("head_revision", .count(1)),
            .must("accepts", .list(.id)),
            .may("emptied_by", .object([.must("revision", .count(1)), .must("request_id", .text("4f1c"))])),
            .must("control_plane_version", .text("0.1.0")),
            .must("min_supported_agent_version", .text("0.1.0")),
            .must("max_supported_agent_version", .text("0.2.0")),
            .may("upgrade_url", .text("https://example.org/agent")),
            .must("tunnel", tunnel), .must("deployments", .list(replica)),
            .may("configs", .list(desiredConfig)), .may("secrets", desiredSecrets),
        ]))

    static let agentComponents = [registration, registered, heartbeat, heard, desiredState]
}
