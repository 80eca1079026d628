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
}

extension ContainerSpec {
    /// What an agent must know to run this container as declared.
    public var requiredCapabilities: [AgentCapability] {
        var required: [AgentCapability] = []
        if entrypoint != nil { required.append(.entrypoint) }
        if user != nil { required.append(.user) }
        if workingDir != nil { required.append(.workingDir) }
        if hostname != nil { required.append(.hostname) }
        if pull.policy != .missing { required.append(.pull) }
        return required
    }
}
