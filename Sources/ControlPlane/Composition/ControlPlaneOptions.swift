import EventLoop
public import HTTPServer
public import Logging
public import Model

/// What a control plane needs beyond its settings; tests replace single parts.
public struct ControlPlaneOptions: Sendable {
    /// The clocks.
    public var clock: any TimeSource & Sendable = SystemTimeSource()
    /// Called on the database thread before each commit; tests hold or fail commits there.
    public var beforeCommit: (@Sendable () throws -> Void)?
    /// Bounds and deadlines of the API listener.
    public var serverLimits = ControlPlaneOptions.standardLimits
    /// Called when secrets were generated and written, once the API listens.
    public var onGenerated: (@LoopActor @Sendable (StartAnnouncement) -> Void)?
    /// Makes the logger of a target.
    public var makeLogger: @Sendable (String) -> Logger = { Logger(label: $0) }

    /// The real clocks and nothing special.
    public init() {}

    /// Every agent keeps a connection open for its long poll, so there is room for a large fleet.
    private static var standardLimits: HTTPServerLimits {
        var limits = HTTPServerLimits()
        limits.connectionsPerListener = ControlPlaneLimits.connections
        return limits
    }

    /// The same without logs; for tests.
    static var quiet: ControlPlaneOptions {
        var options = ControlPlaneOptions()
        options.makeLogger = { Logger(label: $0) { _ in SwiftLogNoOpLogHandler() } }
        return options
    }
}
