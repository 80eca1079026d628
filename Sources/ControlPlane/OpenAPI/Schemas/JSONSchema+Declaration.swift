import JSON
import Model

extension JSONSchema {
    private static let words = list(text("run"), most: SpecLimits.entries)
    private static let secs = whole(0...Int64(SpecLimits.strategySecs), 30)

    private static let selector = object([
        .may("node_ids", .list(.id, most: SpecLimits.entries)), .may("labels", labels),
    ])

    static let strategy = object([
        .may("type", .word(RolloutStrategy.Kind.rolling)), .may("order", .word(RolloutStrategy.Order.auto)),
        .may("max_unavailable", .whole(1...10_000, 1)), .may("max_surge", .whole(0...10_000, 0)),
        .may("healthy_after_secs", secs), .may("gate_secs", secs),
        .may("deadline_secs", .whole(1...86_400, 300)),
        .may("auto_rollback", .flag(true)),
    ])

    /// What a container is.
    static let containerFields: [Field] =
        [
            .must("image", .text("nginx:1.27", bytes: 1...255)), .may("command", words),
            .may("entrypoint", words),
            .may("env", .map(.text("value"), "KEY")), .may("user", .text("1000", bytes: 1...255)),
            .may("working_dir", .text("/srv", pattern: "^/", bytes: 1...255)),
            .may("hostname", .text("web", bytes: 1...255)),
            .may(
                "resources",
                .object([
                    .may("cpu_millis", .whole(1...10_000_000, 250)),
                    .may("memory_bytes", .whole(6_291_456...Int64.max, 67_108_864)),
                    .may("pids", .whole(1...4_194_304, 100)),
                ])),
            .may(
                "restart",
                .object([
                    .may("policy", .word(RestartSpec.Policy.always)),
                    .may("backoff_secs", .whole(1...86_400, 1)),
                    .may("backoff_max_secs", .whole(1...86_400, 60)),
                    .may("reset_after_secs", .whole(1...604_800, 600)),
                ])),
            .may("stop_grace_secs", .whole(0...3600, 10)),
            .may(
                "pull",
                .object([
                    .may("policy", .word(PullSpec.Policy.missing)),
                    .may("credential", .text("registry", bytes: 1...255)),
                ])),
        ] + surroundingFields

    /// What a deployment is beyond its container.
    private static let deploymentFields: [Field] = [
        .must("name", .name), .may("replicas", .whole(0...10_000, 2)),
        .may("desired_state", .word(DesiredState.running)), .may("labels", labels),
        .may(
            "constraints",
            .object([
                .may("arch", .text("arm64", bytes: 0...255)), .may("os", .text("linux", bytes: 0...255)),
                .may("labels", labels), .may("capacity", .named(capacity)),
                .may("requires_public_ip", .flag(false)),
            ])),
        .may(
            "placement",
            .object([
                .may("affinity", selector), .may("anti_affinity", selector), .may("spread", .flag(true)),
                .may("max_per_node", .whole(1...10_000, 1)),
            ])),
        .may("strategy", strategy), .may("mode", .word(DeploymentMode.replicated)),
        .may(
            "disconnect",
            .object([
                .may("lost_after_secs", .whole(1...Int64(SpecLimits.lostAfterSecs), 600)),
                .may("on_reconnect", .word(DisconnectPolicy.Reconnect.preferNew)),
            ])),
        .may("ports", .list(.named(port), most: SpecLimits.entries)),
        .may("requires_public_ip", .flag(false)), .may("tunnel_only", .flag(false)),
    ]

    static let declarationFields = deploymentFields + containerFields

    /// What is declared.
    static let declaration = Component("Declaration", declarationExample(.object(declarationFields)))

    /// A merge patch: whatever it leaves out stays, null clears.
    static let declarationPatch = Component(
        "DeclarationPatch",
        patchExample(
            .object(
                declarationFields.map {
                    let isFixed = $0.name == "name" || $0.name == "image"
                    return Field(
                        name: $0.name, schema: isFixed ? $0.schema : $0.schema.orNull, isRequired: false)
                })))

    /// A declaration that a control plane without nodes takes as well.
    private static func declarationExample(_ schema: JSONSchema) -> JSONSchema {
        var schema = schema
        schema.example = .object([
            "name": "web", "image": "nginx:1.27", "replicas": 2, "env": .object(["KEY": "value"]),
            "ports": .array([.object(["container_port": 80])]),
            "resources": .object(["cpu_millis": 250, "memory_bytes": 67_108_864]),
            "health": .object(["readiness": .object(["type": "tcp", "port": 80])]),
        ])
        return schema
    }

    private static func patchExample(_ schema: JSONSchema) -> JSONSchema {
        var schema = schema
        schema.example = .object(["replicas": 3, "image": "nginx:1.28"])
        return schema
    }
}
