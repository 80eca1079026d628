/// What a node thinks of itself.
public enum NodeSelfStatus: String, Codable, Hashable, Sendable, CaseIterable {
    /// It does its work.
    case ready
    /// Something it needs is broken; conditions say what.
    case error
}

/// What the control plane thinks of a node.
public enum NodeStatus: String, Codable, Hashable, Sendable, CaseIterable {
    /// Registered, never heard from.
    case registering
    /// Reported to this control-plane process, healthy.
    case ready
    /// Reported, and says that something is broken.
    case error
    /// Known, but not heard from since this control-plane process started.
    case unknown
    /// Not heard from for longer than it should be, but not yet for so long that it counts as lost.
    case suspect
    /// Heard from, but its agent's version is outside the window: it gets nothing new.
    case incompatible
    /// Not heard from for longer than the stale limit.
    case unreachable
}

/// What an agent says of one replica.
public enum InstanceState: String, Codable, Hashable, Sendable, CaseIterable {
    /// Being prepared: pull, create, start, back-off.
    case pending
    /// The container runs.
    case running
    /// Stopped because that was declared, or ended with success.
    case stopped
    /// Given up for now; the message says why.
    case failed
    /// Docker cannot be asked.
    case unknown
    /// The container is gone, as was wished; repeated until acknowledged.
    case removed
}

/// What the control plane says of a deployment.
public enum DeploymentStatus: String, Codable, Hashable, Sendable, CaseIterable {
    /// Some replica has no node yet.
    case pending
    /// Placed, not all ready.
    case deploying
    /// Every declared replica runs the declared generation.
    case running
    /// Declared stopped, and stopped.
    case stopped
    /// Some replica is failed.
    case failed
}
