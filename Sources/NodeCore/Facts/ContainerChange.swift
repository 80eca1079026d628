public import Model

/// What one Docker event said of a container.
public enum ContainerChange: Hashable, Sendable {
    /// It runs now.
    case started(at: Timestamp?)
    /// It ended.
    case exited(code: Int32?)
    /// It was frozen.
    case paused
    /// It is gone.
    case removed
    /// Something else happened; it must be inspected.
    case unclear
}
