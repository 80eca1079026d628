import ClusterCore
import EventLoop
import Logging
import Model
import SQLite

/// Holds the core, gives it commands, stores what it decides, and lets nothing out before it is stored.
@LoopActor
final class ClusterHost {
    /// The core; what is computed from it leaves through `release` only.
    private(set) var cluster: Cluster
    private(set) var tokens: NodeTokenIndex
    /// The credentials of operators and of registration.
    var access: AccessState
    /// Whether the operators' tokens of the settings give way to a stored one of an administrator.
    var environmentGivesWay = false
    /// Ends what was opened with a credential that is good no longer.
    let credentialWatch: CredentialWatch
    /// What happened, numbered.
    let journal: EventJournal
    let store: ClusterStore
    let clock: any TimeSource & Sendable
    /// Called with every effect once what caused it is durable.
    var onEffect: (@LoopActor (Effect) -> Void)?
    /// Called with the time from a decision to its commit.
    var onCommitted: (@LoopActor (_ nanoseconds: UInt64) -> Void)?
    /// Called with every command that was carried out and what came of it.
    var onOutcome: (@LoopActor (Command, Outcome) -> Void)?
    /// Called with the time a tick took.
    var onSwept: (@LoopActor (_ nanoseconds: UInt64) -> Void)?

    /// Called with the milliseconds after which `tick` is to be called; nil ticks at once.
    var onTickPaused: (@LoopActor (_ milliseconds: Int64) -> Void)?

    /// Called when the core has something to do after so many milliseconds, whether or not anybody reports.
    var onWorkDue: (@LoopActor (_ milliseconds: Int64) -> Void)?

    private let settings: ClusterSettings
    private let logger: Logger
    private var ids = SystemIDSource()
    private var tickIsDue = false
    private var pace = TickPace()
    private var announcedWork: MonotonicInstant?

    init(
        stored: StoredState, store: ClusterStore, settings: ClusterSettings,
        clock: any TimeSource & Sendable, logger: Logger
    ) throws {
        cluster = try Cluster(loading: stored.cluster, settings: settings)
        tokens = NodeTokenIndex(stored.cluster.tokens)
        access = stored.access
        journal = EventJournal(last: stored.lastEvent)
        self.store = store
        self.settings = settings
        self.clock = clock
        self.logger = logger
        credentialWatch = CredentialWatch(clock: clock)
    }

    /// Whether a failed commit keeps changes out; reads go on.
    var storageFailure: SQLiteFailure? {
        if case .failed(let failure, _, _) = store.worker.state { failure } else { nil }
    }

    /// Why changes that operators ask for are refused at present: a failed commit, or too little room; reads go on.
    var shortage: SQLiteFailure? { storageFailure ?? store.reserve.shortage }

    /// Carries a command out and queues what it changed; the reply leaves through `release`.
    func perform(_ command: Command) throws(Refusal) -> Reply {
        if !command.isUpkeep, let shortage = store.reserve.shortage { throw .storage(shortage) }
        do {
            try store.worker.admit()
        } catch {
            return try performUnstored(command, after: error)
        }
        let outcome: Outcome
        do {
            outcome = try cluster.apply(command, now: clock.now(), ids: &ids)
        } catch {
            throw Refusal(error)
        }
        let reply = try keep(outcome)
        onOutcome?(command, outcome)
        return reply
    }

    /// Tells what a command would do and changes nothing.
    func rehearse(_ command: Command) throws(Refusal) -> Reply {
        do {
            return try cluster.rehearse(command, now: clock.now(), ids: &ids).reply
        } catch {
            throw Refusal(error)
        }
    }

    /// The cluster as it is after a command, or as it would be.
    func after(_ command: Command, isDryRun: Bool) throws(Refusal) -> Cluster {
        guard isDryRun else {
            _ = try perform(command)
            return cluster
        }
        var copy = cluster
        do {
            _ = try copy.apply(command, now: clock.now(), ids: &ids)
        } catch {
            throw Refusal(error)
        }
        return copy
    }

    /// Runs `action` once everything the core has decided so far is durable, or is known to be lost.
    func release(_ action: @escaping @LoopActor (CommitOutcome) -> Void) {
        store.barrier.release(at: store.barrier.sequence, action)
    }

    /// Replaces the core by what the disk says, in place, and makes up for effects that may have been lost.
    func reload() async throws {
        let stored = try await store.load()
        cluster = try Cluster(loading: stored.cluster, settings: settings)
        tokens = NodeTokenIndex(stored.cluster.tokens)
        access = stored.access
        journal.restart(at: stored.lastEvent)
        store.worker.coreReloaded()
    }

    /// Emits what is due after a start or a reload.
    func resume() {
        storeKeptEvents()
        dispatch(cluster.resumed(now: clock.now()), [])
    }

    /// Lets the core do what time has made due; several wishes in one turn, or in the pause after a tick, become one.
    func tickSoon() {
        guard !tickIsDue else { return }
        tickIsDue = true
        let pause = pace.pauseMilliseconds(at: EventLoop.hrtimeNanoseconds)
        guard pause > 0, let onTickPaused else { return EventLoop.later { self.tick() } }
        onTickPaused(pause)
    }

    /// Lets the core do what time has made due, now.
    func tick() {
        tickIsDue = false
        let started = EventLoop.hrtimeNanoseconds
        defer {
            let ended = EventLoop.hrtimeNanoseconds
            pace.ticked(from: started, to: ended)
            onSwept?(ended - started)
        }
        do {
            _ = try perform(.tick)
        } catch {
            logger.debug("skipped a tick: \(error.message)")
        }
    }

    private func keep(_ outcome: Outcome) throws(Refusal) -> Reply {
        tokens.follow(outcome.rowChanges)
        let happened = outcome.effects.compactMap(\.happened)
        let now = clock.now().wall
        let events = journal.number(happened, in: cluster, at: now)
        do {
            try store.commit(
                outcome.rowChanges,
                joined: events.map(EventRecords.insert)
                    + CoreAudit.entries(happened, in: cluster, at: now).map(AuditRecords.insert))
        } catch {
            // Admitted in this turn, so only a closed store comes here: the process is on its way out.
            throw .storage(error)
        }
        measure(outcome.rowChanges)
        if outcome.rowChanges.contains(where: \.endsCredential) { credentialsChanged() }
        dispatch(outcome.effects, events)
        announceWork()
        return outcome.reply
    }

    /// What lost its credential ends once the change is durable.
    func credentialsChanged() {
        release { outcome in
            guard case .committed = outcome else { return }
            self.credentialWatch.credentialsChanged()
        }
    }

    private func announceWork() {
        guard cluster.workDue != announcedWork else { return }
        announcedWork = cluster.workDue
        guard let due = announcedWork else { return }
        onWorkDue?(max(0, due.milliseconds(since: clock.now().monotonic)))
    }

    private func measure(_ changes: [RowChange]) {
        guard let onCommitted, changes.contains(where: { $0.durability == .decision }) else { return }
        let started = EventLoop.hrtimeNanoseconds
        release { outcome in
            guard case .committed = outcome else { return }
            onCommitted(EventLoop.hrtimeNanoseconds - started)
        }
    }

    /// While the store refuses changes, a report is still a sign of life as long as it decides nothing.
    private func performUnstored(_ command: Command, after failure: SQLiteFailure) throws(Refusal) -> Reply {
        guard case .failed(_, coreReloaded: true, _) = store.worker.state else { throw .storage(failure) }
        switch command {
        case .recordReport, .recordContact: break
        default: throw .storage(failure)
        }
        var copy = cluster
        let outcome: Outcome
        do {
            outcome = try copy.apply(command, now: clock.now(), ids: &ids)
        } catch {
            throw Refusal(error)
        }
        guard !outcome.rowChanges.contains(where: { $0.durability == .decision }) else {
            throw .storage(failure)
        }
        cluster = copy
        journal.keep(outcome.effects.compactMap(\.happened), in: cluster, at: clock.now().wall)
        return outcome.reply
    }

    /// Stores what happened while the store refused changes.
    private func storeKeptEvents() {
        let events = journal.takeKept(at: clock.now().wall)
        guard !events.isEmpty else { return }
        do {
            try store.worker.submit(events.map(EventRecords.insert))
        } catch {
            logger.warning("\(events.count) events could not be stored: \(ErrorReport.render(error))")
            return
        }
        dispatch([], events)
    }

    private func dispatch(_ effects: [Effect], _ events: [EventView]) {
        guard !effects.isEmpty || !events.isEmpty else { return }
        if effects.contains(.tickWanted) { tickSoon() }
        release { outcome in
            guard case .committed = outcome else { return }
            self.journal.publish(events)
            for effect in effects where effect != .tickWanted { self.onEffect?(effect) }
        }
    }
}

extension RowChange {
    /// Whether a node's credential may be good no longer.
    fileprivate var endsCredential: Bool {
        switch kind {
        case .delete(.token): true
        case .put(.token(let row)): row.expiresAt != nil
        case .put(.node(let row)): row.tombstone != nil
        default: false
        }
    }
}

extension Effect {
    /// What happened, where the effect tells of it.
    fileprivate var happened: ClusterEvent? {
        if case .event(let event) = self { event } else { nil }
    }
}
