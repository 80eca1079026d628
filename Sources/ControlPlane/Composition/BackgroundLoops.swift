import EventLoop
import Model
import SQLite

/// What happens without being asked: the sweep for silent nodes, what time makes due, and the look at the loop's lag.
@LoopActor
final class BackgroundLoops {
    private let host: ClusterHost
    private let metrics: ControlPlaneMetrics
    private let audit: AuditTrail
    private let sweepMilliseconds: Int64
    private let auditMilliseconds: Int64
    /// Made when the loops start: a control plane that fails to open has nothing to close.
    private var timers: (sweep: Timer, work: Timer, lag: Timer, audit: Timer, events: Timer)?
    private var expected: UInt64 = 0

    init(
        host: ClusterHost, metrics: ControlPlaneMetrics, audit: AuditTrail, settings: ControlPlaneSettings
    ) {
        self.host = host
        self.metrics = metrics
        self.audit = audit
        sweepMilliseconds = settings.sweepIntervalSecs * 1000
        auditMilliseconds = settings.auditCleanupIntervalSecs * 1000
    }

    func start() {
        let timers = (sweep: Timer(), work: Timer(), lag: Timer(), audit: Timer(), events: Timer())
        self.timers = timers
        timers.sweep.start(afterMilliseconds: sweepMilliseconds, repeatMilliseconds: sweepMilliseconds) {
            [host] in
            host.tickSoon()
        }
        // A moment late rather than early: a tick before its time would find nothing to do.
        host.onWorkDue = { [host] milliseconds in
            timers.work.start(afterMilliseconds: milliseconds + ControlPlaneLimits.workDelayMilliseconds) {
                host.tickSoon()
            }
        }
        startCleanups(timers.audit, timers.events)
        startLag()
    }

    /// Deletes what is too old; where nothing is, nothing is written.
    private func startCleanups(_ auditTimer: Timer, _ eventTimer: Timer) {
        auditTimer.start(afterMilliseconds: auditMilliseconds, repeatMilliseconds: auditMilliseconds) {
            [audit] in
            audit.prune()
        }
        let pause = ControlPlaneLimits.eventCleanupMilliseconds
        eventTimer.start(afterMilliseconds: pause, repeatMilliseconds: pause) { [host] in
            let oldest = host.clock.now().wall.adding(milliseconds: -ControlPlaneLimits.eventMilliseconds)
            host.store.worker.submitTelemetry([
                EventRecords.prune(keeping: ControlPlaneLimits.storedEvents, after: oldest)
            ])
        }
    }

    func stop() {
        timers?.sweep.close()
        host.onWorkDue = nil
        timers?.work.close()
        timers?.lag.close()
        timers?.audit.close()
        timers?.events.close()
        timers = nil
    }

    private func startLag() {
        let pause = ControlPlaneLimits.lagMilliseconds
        expected = EventLoop.hrtimeNanoseconds + UInt64(pause) * 1_000_000
        timers?.lag.start(afterMilliseconds: pause) { [weak self] in
            guard let self else { return }
            let now = EventLoop.hrtimeNanoseconds
            metrics.loopLagged(nanoseconds: now > expected ? now - expected : 0)
            startLag()
        }
    }
}
