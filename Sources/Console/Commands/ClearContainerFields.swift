import ArgumentParser

/// What `update` empties of what stands around the program in its container.
struct ClearContainerFields: ParsableArguments, Sendable {
    @Flag(help: "Remove all volumes.") var clearVolumes = false
    @Flag(help: "Remove all variables from secrets.") var clearSecretEnv = false
    @Flag(help: "Remove all files from secrets.") var clearSecretFiles = false
    @Flag(help: "Remove all probes.") var clearHealth = false
    @Flag(help: "Remove all folders in memory.") var clearTmpfs = false
    @Flag(help: "Remove all devices.") var clearDevices = false
    @Flag(help: "Add no kernel capabilities.") var clearCapAdd = false
    @Flag(help: "Drop no kernel capabilities.") var clearCapDrop = false
    @Flag(help: "Let the container write to its root file system.") var clearReadOnly = false
    @Flag(help: "Use the default network.") var clearNetwork = false
    @Flag(help: "Remove all lines added to the hosts file.") var clearExtraHosts = false
    @Flag(help: "Use the default bounds of the log.") var clearLogging = false
    @Flag(help: "Publish ports again.") var clearTunnelOnly = false
    @Flag(help: "Ask for no public address.") var clearRequiresPublicIP = false

    var keys: [String] {
        let all = [
            ("volumes", clearVolumes), ("secret_env", clearSecretEnv), ("secret_files", clearSecretFiles),
            ("health", clearHealth), ("tmpfs", clearTmpfs), ("devices", clearDevices),
            ("cap_add", clearCapAdd), ("cap_drop", clearCapDrop), ("read_only_rootfs", clearReadOnly),
            ("network", clearNetwork), ("extra_hosts", clearExtraHosts), ("logging", clearLogging),
            ("tunnel_only", clearTunnelOnly), ("requires_public_ip", clearRequiresPublicIP),
        ]
        return all.filter(\.1).map(\.0)
    }
}
