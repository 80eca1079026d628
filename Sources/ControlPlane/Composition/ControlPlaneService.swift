import EventLoop
import Logging
import Model

/// A control plane as a service: signals, the service manager, and the embedded agent, until it ends.
@LoopActor
final class ControlPlaneService {
    private let plane: ControlPlane
    private let agent: ControlPlaneProgram.EmbeddedAgent?
    private let settings: ControlPlaneSettings
    private let signals = [SignalWatcher(), SignalWatcher(), SignalWatcher()]
    private let watchdog = Timer()
    private let patience = Timer()
    private let deadlineMilliseconds: Int64
    private let listening: String
    /// Ends the process without waiting for anything; tests only look.
    var endAtOnce: @LoopActor () -> Void = { EventLoop.exitNow(1) }
    private let stopGate = Gate()
    private var isAsked = false

    init(
        _ plane: ControlPlane, _ agent: ControlPlaneProgram.EmbeddedAgent?, _ settings: ControlPlaneSettings
    ) {
        self.plane = plane
        self.agent = agent
        self.settings = settings
        deadlineMilliseconds =
            settings.shutdownDeadlineSecs * 1000 + 2 * ControlPlaneLimits.shutdownGraceMilliseconds
        listening = "\(settings.serverHost):\(plane.port)"
    }

    /// A certificate need not be for this machine's own address, so an agent inside does not go through TLS.
    private func plan() throws -> EmbeddedAgentPlan {
        let own = plane.speaksTLS ? "127.0.0.1:\(try plane.listenOnLoopback())" : nil
        return EmbeddedAgentPlan(
            controlPlaneURL: "http://\(own ?? "\(Self.loopbackHost(settings.serverHost)):\(plane.port)")",
            registrationToken: plane.registrationToken, databasePath: settings.databasePath)
    }

    /// Either side ending ends the other.
    func run() async throws {
        try watchSignals()
        feedWatchdog()
        defer {
            for signal in signals { signal.close() }
            watchdog.close()
            patience.close()
        }
        plane.recovery.onChange = { [listening] reason in
            ServiceNotifier.notify("STATUS=\(Self.status(listening, trouble: reason))")
        }
        ServiceNotifier.notify("READY=1\nSTATUS=\(Self.status(listening, trouble: nil))")
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
        let plan = try plan()
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await agent(plan) }
            group.addTask { try await self.stopGate.until { self.isAsked } }
            try await group.next()
            group.cancelAll()
            do { try await group.waitForAll() } catch is CancellationError { return }
        }
        return false
    }

    /// What a signal asks for: the end in good order; asked again, or past every deadline, the end at once.
    ///
    /// Only the end of the process lets go of a thread that hangs in the disk. What was acknowledged is durable.
    func stopAsked() {
        guard !isAsked else {
            plane.logger.warning("asked to end once more: ending at once")
            return endAtOnce()
        }
        ServiceNotifier.notify("STOPPING=1\nSTATUS=stopping")
        patience.start(afterMilliseconds: deadlineMilliseconds) { [weak self] in
            guard let self else { return }
            plane.logger.error(
                "not ended \(deadlineMilliseconds) ms after being asked to, the disk may hang: ending at once"
            )
            endAtOnce()
        }
        isAsked = true
        stopGate.changed()
        if agent == nil { plane.stop() }
    }

    private func watchSignals() throws {
        for (watcher, signal) in zip(signals, [SignalWatcher.Signal.terminate, .interrupt]) {
            try watcher.start(signal) { [weak self] in self?.stopAsked() }
        }
        try signals[2].start(.hangUp) { [weak self] in
            ServiceNotifier.reloading { self?.plane.filesChanged() }
        }
    }

    private static func status(_ listening: String, trouble: String?) -> String {
        trouble.map { "serving on \(listening), refusing changes: \($0)" } ?? "serving on \(listening)"
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
