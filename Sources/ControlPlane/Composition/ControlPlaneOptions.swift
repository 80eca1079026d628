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
    /// The SQLite file layer; nil for the system's.
    ///
    /// Tests lose unsynchronized writes there.
    public var fileLayer: String?
    /// Bounds and deadlines of the API listener.
    public var serverLimits = ControlPlaneOptions.standardLimits
    /// Called when secrets were generated and written, once the API listens.
    public var onGenerated: (@LoopActor @Sendable (StartAnnouncement) -> Void)?
    /// Makes the logger of a target.
    public var makeLogger: @Sendable (String) -> Logger = { Logger(label: $0) }

    /// Leaves room among the files the process may open: beyond it connections would be shed without a word.
    ///
    /// - Returns: Whether fewer connections are served than a large fleet may need.
    mutating func fit(openFiles: Int) -> Bool {
        let room = openFiles - ControlPlaneLimits.keptFiles
        guard openFiles > 0, room < serverLimits.connectionsPerListener else { return false }
        serverLimits.connectionsPerListener = max(1, room)
        return true
    }

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
