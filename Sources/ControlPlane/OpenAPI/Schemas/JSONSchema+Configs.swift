import JSON
import Model

extension JSONSchema {
    private static let mode = text("0400", pattern: "^[0-7]{3,4}$")
    private static let path = text("/etc/app.yaml", bytes: 1...ConfigLimits.pathBytes)
    private static let content = text("port: 80")
    private static let base64 = text("AAE=")
    private static let key = text("LOG_LEVEL", bytes: 1...ConfigLimits.keyBytes)
    private static let fileReference = text("app/app.yaml", bytes: 1...ConfigLimits.referenceBytes)
    private static let secretReference = text("api-key", bytes: 1...ConfigLimits.referenceBytes)

    private static let declaredEntry = object([
        .must("key", key), .may("value", text("debug", bytes: 1...ConfigLimits.valueBytes)),
        .may("secret_ref", secretReference, "The node has the value under this name."),
        .may("secret_value", text("hunter2"), "Sealed; never shown again."),
        .may("secret", .flag(true), "Keeps the sealed value that is stored."),
    ]).described("Exactly one source of the value.")

    private static let shownEntry = object([
        .must("key", key), .may("value", text("debug")), .may("secret_ref", secretReference),
        .may("secret", .flag(true), "There is a sealed value."),
    ])

    private static let file = object([
        .must("path", path), .may("mode", mode), .may("content", content), .may("content_base64", base64),
        .may("file_ref", fileReference, "The node has the content under this relative path."),
        .may(
            "reload", .word(ConfigReload.Kind.signal),
            "How a running container gets another content; restart, another container, by default."),
        .may(
            "signal", .word(ConfigReload.Signal.hangup),
            "What its first process is sent, with reload signal only; SIGHUP by default."),
    ]).described("Exactly one source of the content.")

    private static func declaration(needsName: Bool) -> JSONSchema {
        // One that a config has under older, wider rules may be said again.
        let name = needsName ? name : text("app", bytes: 1...ConfigLimits.nameBytes)
        var example = object([
            needsName ? .must("name", name) : .may("name", name), .may("version", .whole(1...Int64.max, 2)),
            .may("labels", labels), .may("entries", .list(declaredEntry)), .may("files", .list(file)),
        ])
        example.example = .object([
            "name": "app", "entries": .array([.object(["key": "LOG_LEVEL", "value": "debug"])]),
            "files": .array([.object(["path": "/etc/app.yaml", "content": "port: 80"])]),
        ])
        return example
    }

    static let configDeclaration = Component("ConfigDeclaration", declaration(needsName: true))
    static let configChange = Component("ConfigChange", declaration(needsName: false))

    private static let reference: [Field] = [
        .must("config_id", id), .must("version", whole(1...Int64.max, 2)),
    ]

    /// One version of a config, by its name.
    static let configReference = object(reference)

    /// One version of a config as a node is told.
    static let desiredConfig = object(
        reference + [
            .must("name", text("app")),
            .may(
                "container_version", whole(1...Int64.max, 1),
                "What its containers are known by: versions that share it differ in files that are written anew. The "
                    + "version where left out."),
            .must("entries", .list(shownEntry)), .must("files", .list(file)),
        ])

    /// What a node is told and nobody else.
    static let desiredSecrets = object([
        .must(
            "config_values",
            .list(object(reference + [.must("key", key), .must("value", text("hunter2"))]))),
        .must(
            "registry_credentials",
            .list(
                object([
                    .must("name", text("ghcr.io")), .must("host", text("ghcr.io")),
                    .must("username", text("robot")), .must("password", text("hunter2")),
                ]))),
    ])

    static let configMetadata = Component(
        "ConfigMetadata",
        .object([
            .must("config_id", .id), .must("name", .text("app")), .must("version", .whole(1...Int64.max, 2)),
            .must("labels", labels), .must("created_at", .time), .must("updated_at", .time),
        ]))

    static let configSummary = Component(
        "ConfigSummary",
        .object([
            .must("metadata", .named(configMetadata)), .must("entry_count", .count(1)),
            .must("file_count", .count(1)),
        ]))

    static let config = Component(
        "Config",
        .object([
            .must("metadata", .named(configMetadata)), .must("entries", .list(shownEntry)),
            .must("files", .list(file)), .may("attached_deployments", .list(.id)),
            .may("attached_nodes", .list(.id)),
        ]))

    static let nodeConfigs = Component("NodeConfigs", .object([.must("configs", .list(.named(config)))]))

    static let configAttachment = Component(
        "ConfigAttachment",
        .object([
            .must("metadata", .named(configMetadata)), .may("deployment_id", .id), .may("node_id", .id),
            .must("attached", .flag(true)), .may("attached_at", .time),
        ]))

    static let configVersions = Component(
        "ConfigVersions",
        .object([
            .must(
                "items",
                .list(
                    .object([
                        .must("version", .whole(1...Int64.max, 2)), .must("name", .text("app")),
                        .must("newest", .flag(true)),
                        .must("uses", .count(1), "Kept revisions of deployments and replicas that have it."),
                        .must("entry_count", .count(1)), .must("file_count", .count(1)),
                        .must("created_at", .time),
                    ])))
        ]))

    static let configComponents = [
        configDeclaration, configChange, configMetadata, configSummary, config, nodeConfigs, configAttachment,
        configVersions,
    ]
}
