import EventLoop
import Model

/// A control plane as a service: signals, the service manager, and the embedded agent, until it ends.
@LoopActor
final class ControlPlaneService {
    private let plane: ControlPlane
    private let agent: ControlPlaneProgram.EmbeddedAgent?
    private let plan: EmbeddedAgentPlan
    private let signals = [SignalWatcher(), SignalWatcher(), SignalWatcher()]
    private let watchdog = Timer()
    private let stopGate = Gate()
    private var isAsked = false

    init(
        _ plane: ControlPlane, _ agent: ControlPlaneProgram.EmbeddedAgent?, _ settings: ControlPlaneSettings
    ) {
        self.plane = plane
        self.agent = agent
        plan = EmbeddedAgentPlan(
            controlPlaneURL: "http://\(Self.loopbackHost(settings.serverHost)):\(plane.port)",
            registrationToken: plane.registrationToken, databasePath: settings.databasePath)
    }

    /// Either side ending ends the other.
    func run() async throws {
        try watchSignals()
        feedWatchdog()
        defer {
            for signal in signals { signal.close() }
            watchdog.close()
        }
        ServiceNotifier.notify("READY=1")
        guard let agent else { return try await plane.run() }
        try await withThrowingTaskGroup(of: Bool.self) { group in
            group.addTask { try await self.runPlane() }
            group.addTask { try await self.runAgent(agent) }
            var planeEnded = false
            do {
                // The agent may end first; the control plane then drains and ends by itself.
                while let isPlane = try await group.next() {
                    guard isPlane else { continue }
                    planeEnded = true
                    group.cancelAll()
                }
            } catch is CancellationError where planeEnded {
                return
            }
        }
    }

    private func runPlane() async throws -> Bool {
        try await plane.run()
        return true
    }

    /// The agent ends before the control plane does, so that its last report is still heard.
    private func runAgent(_ agent: @escaping ControlPlaneProgram.EmbeddedAgent) async throws -> Bool {
        defer { plane.stop() }
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await agent(self.plan) }
            group.addTask { try await self.stopGate.until { self.isAsked } }
            try await group.next()
            group.cancelAll()
            do { try await group.waitForAll() } catch is CancellationError { return }
        }
        return false
    }

    /// What a signal asks for.
    func stopAsked() {
        ServiceNotifier.notify("STOPPING=1")
        isAsked = true
        stopGate.changed()
        if agent == nil { plane.stop() }
    }

    private func watchSignals() throws {
        for (watcher, signal) in zip(signals, [SignalWatcher.Signal.terminate, .interrupt]) {
            try watcher.start(signal) { [weak self] in self?.stopAsked() }
        }
        // No setting names a file that could be read again yet; the default action would end the process.
        try signals[2].start(.hangUp) {}
    }

    private func feedWatchdog() {
        guard let pause = ServiceNotifier.watchdogMilliseconds else { return }
        watchdog.start(afterMilliseconds: pause, repeatMilliseconds: pause) {
            ServiceNotifier.notify("WATCHDOG=1")
        }
    }

    /// An address that listens everywhere is reached on the loopback address.
    private static func loopbackHost(_ host: String) -> String {
        switch host {
        case "0.0.0.0", "": "127.0.0.1"
        case "::", "[::]": "[::1]"
        default:
            host.utf8.contains(UInt8(ascii: ":")) && host.utf8.first != UInt8(ascii: "[") ? "[\(host)]" : host
        }
    }
}
