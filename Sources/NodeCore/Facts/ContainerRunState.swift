/// What Docker says a container does.
public enum ContainerRunState: Hashable, Sendable {
    /// Made, never started.
    case created
    /// Runs.
    case running
    /// Frozen by somebody; it still holds its ports.
    case paused
    /// Docker itself starts it again; our containers never ask for that.
    case restarting
    /// Ended; the code is nil when Docker did not say.
    case exited(code: Int32?)
    /// Docker is removing it.
    case removing
    /// Docker could not remove it wholly.
    case dead

    /// Whether its processes exist and its ports are taken.
    public var isAlive: Bool {
        switch self {
        case .running, .paused, .restarting: true
        case .created, .exited, .removing, .dead: false
        }
    }

    /// Whether it may run, now or later.
    var isUsable: Bool { self != .removing && self != .dead }

    var hasExited: Bool { if case .exited = self { true } else { false } }

    var exitCode: Int32? { if case .exited(let code) = self { code } else { nil } }
}
