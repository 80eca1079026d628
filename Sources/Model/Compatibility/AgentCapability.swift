/// What an agent may or may not know how to do with a declaration; every agent knows the rest.
///
/// The words are the keys of the declaration that need it. A replica is not given to an agent that did not
/// announce what it needs: nothing is ever started with less than declared.
public enum AgentCapability: String, Hashable, Sendable, CaseIterable {
    /// Replaces the image's entry point.
    case entrypoint
    /// Runs as another user.
    case user
    /// Starts in another directory.
    case workingDir = "working_dir"
    /// Sets the container's host name.
    case hostname
    /// Pulls always or never.
    case pull
    /// Pulls with a credential of the control plane's.
    case pullCredential = "pull.credential"
    /// Looks up the values of variables.
    case secretEnv = "secret_env"
    /// Looks up the contents of files.
    case secretFiles = "secret_files"
    /// Mounts folders of the node.
    case volumes
    /// Probes containers.
    case health
    /// Bounds the container's log otherwise than by default.
    case logging
    /// Makes the root file system read-only.
    case readOnlyRootfs = "read_only_rootfs"
    /// Adds kernel capabilities.
    case capAdd = "cap_add"
    /// Drops kernel capabilities.
    case capDrop = "cap_drop"
    /// Lends devices.
    case devices
    /// Makes folders in memory.
    case tmpfs
    /// Connects the container otherwise than by default.
    case network
    /// Adds lines to the hosts file.
    case extraHosts = "extra_hosts"
    /// Gives containers the variables of configs.
    case configs
    /// Looks up or opens the values of variables of configs.
    case configSecrets = "configs.secrets"
    /// Gives containers the files of configs.
    case configFiles = "configs.files"
    /// Writes the files of configs anew below running containers.
    case configReload = "configs.reload"
}

extension DeploymentSpec {
    /// What an agent must know to run a replica as declared.
    public var requiredCapabilities: [AgentCapability] { container.requiredCapabilities }
}

extension ContainerSpec {
    /// What an agent must know to run this container as declared.
    public var requiredCapabilities: [AgentCapability] {
        Self.needs.filter { $0.isNeeded(self) }.map(\.capability)
    }

    private static let needs: [(capability: AgentCapability, isNeeded: @Sendable (ContainerSpec) -> Bool)] = [
        (.entrypoint, { $0.entrypoint != nil }),
        (.user, { $0.user != nil }),
        (.workingDir, { $0.workingDir != nil }),
        (.hostname, { $0.hostname != nil }),
        (.pull, { $0.pull.policy != .missing }),
        (.pullCredential, { $0.pull.credential != nil }),
        (.secretEnv, { !$0.secretEnv.isEmpty }),
        (.secretFiles, { !$0.secretFiles.isEmpty }),
        (.volumes, { !$0.volumes.isEmpty }),
        (.health, { $0.health != nil }),
        (.logging, { $0.logging != nil }),
        (.readOnlyRootfs, { $0.isolation.readOnlyRootfs }),
        (.capAdd, { !$0.isolation.capAdd.isEmpty }),
        (.capDrop, { !$0.isolation.capDrop.isEmpty }),
        (.devices, { !$0.isolation.devices.isEmpty }),
        (.tmpfs, { !$0.isolation.tmpfs.isEmpty }),
        (.network, { $0.isolation.network != nil }),
        (.extraHosts, { !$0.isolation.extraHosts.isEmpty }),
    ]
}
