import Model

extension JSONSchema {
    private static let path = text("/data", pattern: "^ */", bytes: 1...SpecLimits.pathBytes)
    private static let secretName = text(
        "db-password", pattern: #"^[^/\\\s]+$"#, bytes: 1...SpecLimits.secretNameBytes)
    private static let capabilities = list(text("NET_ADMIN"), most: SpecLimits.entries)

    /// What a container gets beyond its image: secrets, files, devices, a network, probes.
    static let surroundingFields: [Field] = [
        .may(
            "secret_env",
            entries([
                .must("name", .text("DB_PASSWORD", bytes: 1...255)), .must("secret", secretName),
                .may("optional", .flag(false)),
            ])),
        .may(
            "secret_files",
            entries([.must("path", path), .must("secret", secretName), .may("optional", .flag(false))])),
        .may(
            "volumes",
            entries([
                .must("host_path", path), .must("container_path", path), .may("read_only", .flag(true)),
            ])),
        .may("health", .named(probes)),
        .may(
            "logging",
            .object([
                .may("max_size_bytes", .whole(SpecLimits.logBytes, SpecLimits.defaultLogBytes)),
                .may("max_files", .whole(SpecLimits.logFiles, Int64(SpecLimits.defaultLogFiles))),
            ])),
        .may("read_only_rootfs", .flag(true)), .may("cap_add", capabilities), .may("cap_drop", capabilities),
        .may(
            "devices",
            entries([
                .must("host_path", path), .may("container_path", path),
                .may("permissions", .text("rwm", pattern: "^[rwm]+$", bytes: 1...3)),
            ])),
        .may(
            "tmpfs",
            entries([
                .must("path", path), .may("size_bytes", .whole(4096...Int64.max, 67_108_864)),
                .may("mode", .text("1777", pattern: "^[0-7]{3,4}$")),
            ])),
        .may(
            "network",
            .object([
                .may("mode", .word(NetworkSpec.Mode.bridge)),
                .may("name", .text("backend", pattern: "^[A-Za-z0-9][-A-Za-z0-9._]*$", bytes: 1...63)),
            ])),
        .may("extra_hosts", .list(.text("db:192.0.2.9", pattern: "^[!-~]+$"), most: SpecLimits.entries)),
    ]

    private static let probeTimes: [Field] = [
        .may("interval_seconds", .whole(1...SpecLimits.probeSecs, 10)),
        .may("timeout_seconds", .whole(1...SpecLimits.probeTimeoutSecs, 5)),
        .may("start_period_seconds", .whole(0...SpecLimits.probeSecs, 0)),
        .may("failure_threshold", .whole(1...SpecLimits.probeThreshold, 3)),
        .may("success_threshold", .whole(1...SpecLimits.probeThreshold, 1)),
    ]

    private static let probe = either([
        object(
            [
                .must("type", .words(["http"], "http")), .must("port", .whole(1...65_535, 80)),
                .may("path", .text("/healthz", bytes: 1...SpecLimits.pathBytes)),
            ] + probeTimes),
        object([.must("type", .words(["tcp"], "tcp")), .must("port", .whole(1...65_535, 80))] + probeTimes),
        object(
            [
                .must("type", .words(["exec"], "exec")),
                .must("command", .list(.text("true"), most: SpecLimits.entries)),
            ] + probeTimes),
    ])

    /// At least one of the three.
    static let probes = Component(
        "Probes",
        .object([.may("liveness", probe), .may("readiness", probe), .may("startup", probe)]))

    private static func entries(_ fields: [Field]) -> JSONSchema {
        .list(.object(fields), most: SpecLimits.entries)
    }
}
