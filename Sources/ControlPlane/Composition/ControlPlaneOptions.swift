import EventLoop
public import HTTPServer
public import Model

/// What a control plane needs beyond its settings; tests replace single parts.
public struct ControlPlaneOptions: Sendable {
    /// The clocks.
    public var clock: any TimeSource & Sendable = SystemTimeSource()
    /// Called on the database thread before each commit; tests hold or fail commits there.
    public var beforeCommit: (@Sendable () throws -> Void)?
    /// Bounds and deadlines of the API listener.
    public var serverLimits = HTTPServerLimits()

    /// The real clocks and nothing special.
    public init() {}
}
