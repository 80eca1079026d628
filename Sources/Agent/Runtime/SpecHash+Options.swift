internal import JSON
internal import Model

extension SpecHash {
    /// What most declarations leave out, each under its key: containers without any of it keep the hash they have.
    ///
    /// Probes are the agent's own business, and credentials say where an image comes from, not what it is.
    static func options(_ spec: ContainerSpec, _ writer: inout JSONWriter) {
        let isolation = spec.isolation
        option("secret_env", spec.secretEnv.map { [$0.name, $0.secret, "\($0.optional)"] }, &writer)
        option("secret_files", spec.secretFiles.map { [$0.path, $0.secret, "\($0.optional)"] }, &writer)
        option(
            "volumes", spec.volumes.map { [$0.hostPath, $0.containerPath, $0.readOnly ? "ro" : "rw"] },
            &writer)
        option(
            "logging", spec.logging.map { [["\($0.maxSizeBytes)", "\($0.maxFiles)"]] } ?? [], &writer)
        option("read_only_rootfs", isolation.readOnlyRootfs ? [["true"]] : [], &writer)
        option("cap_add", isolation.capAdd.sorted().map { [$0] }, &writer)
        option("cap_drop", isolation.capDrop.sorted().map { [$0] }, &writer)
        option(
            "devices",
            isolation.devices.map { [$0.hostPath, $0.containerPath ?? $0.hostPath, $0.permissions] },
            &writer)
        option(
            "tmpfs",
            isolation.tmpfs.map { [$0.path, $0.sizeBytes.map(String.init) ?? "", $0.mode ?? ""] }, &writer)
        option("network", isolation.network.map { [[$0.mode.rawValue, $0.name ?? ""]] } ?? [], &writer)
        option("extra_hosts", isolation.extraHosts.map { [$0] }, &writer)
    }

    static func option(_ key: String, _ items: [[String]], _ writer: inout JSONWriter) {
        guard !items.isEmpty else { return }
        writer.beginArray()
        writer.value(key)
        for item in items {
            writer.beginArray()
            for word in item { writer.value(word) }
            writer.endArray()
        }
        writer.endArray()
    }
}
