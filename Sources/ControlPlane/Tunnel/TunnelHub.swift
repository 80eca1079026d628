import ClusterCore
import EventLoop
import HTTP2
import Logging
import Model
import SQLite
import Tunnel

/// Every node's tunnel: who may open one, which counts, and what goes to all of them.
@LoopActor
final class TunnelHub {
    /// Ends the polls of a node whose tunnel is up.
    var onReady: (@LoopActor (NodeID) -> Void)?
    /// Hears the round trip of a node's connection, with each of its reports.
    var onRoundTrip: (@LoopActor (_ nanoseconds: UInt64) -> Void)?
    private(set) var counters = TunnelCounters()
    /// Requests of operators that were passed on to containers and agents.
    let relay = PassageTally()
    /// Everything that operators had carried through a tunnel, the relay's requests among it.
    let forwards = PassageTally()
    /// What operators have open in them.
    let streams: OperatorStreams
    private let host: ClusterHost
    private let heartbeats: HeartbeatService
    private let documents: DesiredStateService
    private let settings: TunnelEndpoint
    private let logger: Logger
    /// How many streams a tunnel has is the agent's word.
    private static var limits: HTTP2Limits {
        var limits = HTTP2Limits()
        limits.streams = TunnelLimits.streams
        return limits
    }
    private let budget = HTTP2Budget(limitBytes: ControlPlaneLimits.tunnelBytes)
    private var ids = SystemIDSource()
    private var tunnels: [NodeID: NodeTunnel] = [:]
    private var fences: [NodeID: SessionFence] = [:]
    private var second: (number: Int64, admitted: Int) = (0, 0)
    private var isClosed = false

    init(
        host: ClusterHost, heartbeats: HeartbeatService, documents: DesiredStateService,
        settings: TunnelEndpoint, logger: Logger
    ) {
        self.host = host
        streams = OperatorStreams(host: host)
        self.heartbeats = heartbeats
        self.documents = documents
        self.settings = settings
        self.logger = logger
    }

    /// Tunnels that are open now.
    var count: Int { tunnels.count }
    /// Those of them that can be used.
    var readyCount: Int { tunnels.values.reduce(0) { $0 + ($1.isReady ? 1 : 0) } }
    /// Seconds since any of those was heard; nil without one.
    var freshestSecs: Int64? {
        let heard = tunnels.values.lazy.filter(\.isReady).map(\.connection.heardAt).max()
        return heard.map {
            Int64((EventLoop.hrtimeNanoseconds - min($0, EventLoop.hrtimeNanoseconds)) / 1_000_000_000)
        }
    }
    /// Whether new tunnels are refused; tests cut the way with it.
    var refusesAll = false
    /// Bytes that wait in all of them.
    var bufferedBytes: Int { budget.bufferedBytes }
    /// Streams that could not be opened because a bound was reached.
    var refusedStreams: UInt64 {
        tunnels.values.reduce(counters.refusedStreams) { $0 + $1.connection.refusedStreams }
    }
    /// Streams in all of them.
    var streamCount: Int { tunnels.values.reduce(0) { $0 + $1.connection.streamCount } }
    /// Bytes of all tunnels, those that ended included.
    var bytes: (received: UInt64, sent: UInt64) {
        tunnels.values.reduce((counters.receivedBytes, counters.sentBytes)) {
            ($0.0 + $1.connection.receivedBytes, $0.1 + $1.connection.sentBytes)
        }
    }

    /// Refuses what may not open a tunnel now.
    func admit(_ offer: TunnelOffer) throws(Refusal) {
        try admitByLoad()
        let now = EventLoop.now.milliseconds
        if fences.count >= ControlPlaneLimits.tunnels, fences[offer.holder.nodeID] == nil {
            // Whoever has a tunnel keeps what fences it.
            fences = fences.filter { tunnels[$0.key] != nil }
        }
        let verdict = fences[offer.holder.nodeID, default: SessionFence()].judge(
            boot: offer.boot, session: offer.session, atMilliseconds: now)
        switch verdict {
        case .admitted: return
        case .stale:
            counters.refuse("stale_session")
            throw Refusal(.conflict, "stale_session", "a newer session of this agent is open")
        case .duplicate:
            counters.refuse("duplicate_identity")
            throw Refusal(
                .conflict, "duplicate_identity",
                "two agents use the identity of node \(offer.holder.nodeID) in turn; stop one of them, or let it "
                    + "register as a node of its own",
                headers: [("retry-after", "\(ControlPlaneLimits.duplicateRetrySeconds)")])
        }
    }

    /// Takes a connection over that was let in.
    func open(_ offer: TunnelOffer, _ stream: LoopStream, _ received: [UInt8]) {
        guard !isClosed else { return stream.close() }
        let connection = TunnelConnection(stream, .client, limits: Self.limits, budget: budget)
        let tunnel = NodeTunnel(offer, connection, at: host.clock.now().wall, self)
        let before = tunnels.updateValue(tunnel, forKey: offer.holder.nodeID)
        before?.close(TunnelFailure(.replaced, "the agent has opened a newer session"))
        counters.opened += 1
        host.credentialWatch.opened(until: offer.holder.expiresAt)
        tunnel.begin(received, greeting: greeting(offer))
    }

    /// The tunnel of a node, when it can be used.
    func tunnel(to id: NodeID) -> NodeTunnel? {
        guard let tunnel = tunnels[id], tunnel.isReady else { return nil }
        return tunnel
    }

    /// How a node's tunnel does.
    func state(of id: NodeID) -> TunnelState { tunnel(to: id)?.state ?? TunnelState() }

    /// What is the matter with a node's tunnel.
    func conditions(of id: NodeID, atMilliseconds now: Int64 = EventLoop.now.milliseconds) -> [Condition] {
        guard fences[id]?.isContested(atMilliseconds: now) == true else { return [] }
        return [
            Condition(
                type: "duplicate_identity",
                message: "two agents use this node's identity in turn; stop one of them")
        ]
    }

    /// A node's document has changed and is durable.
    func documentChanged(_ id: NodeID) { tunnel(to: id)?.push() }

    /// Closes the tunnels, and ends the streams in them, whose credential is not valid any more; the first end
    /// of the others is returned.
    func checkCredentials() -> Timestamp? {
        var first = streams.checkCredentials()
        for tunnel in tunnels.values {
            guard host.isValid(tunnel.offer.holder), !isDeleted(tunnel) else {
                tunnel.close(TunnelFailure(.closed, "the node's credential is not valid any more"))
                continue
            }
            if let end = tunnel.offer.holder.expiresAt { first = min(first ?? end, end) }
        }
        return first
    }

    /// Closes every tunnel; agents come again.
    func closeAll(_ reason: String) {
        for tunnel in tunnels.values { tunnel.close(TunnelFailure(.closed, reason)) }
    }

    /// Tells every agent to come again, and closes; returns when all have heard it or took too long.
    func close() async {
        isClosed = true
        let all = Array(tunnels.values)
        await withTaskGroup(of: Void.self) { group in
            for tunnel in all {
                let pause = 1 + Int64(ids.nextRandom() % ControlPlaneLimits.awaySpread)
                group.addTask { await tunnel.sendAway(afterMilliseconds: pause) }
            }
        }
    }

    // MARK: What tunnels ask

    func ready(_ tunnel: NodeTunnel) {
        logger.info("node \(tunnel.nodeID) has a tunnel from \(tunnel.connection.peer)")
        onReady?(tunnel.nodeID)
        tunnel.push()
    }

    func closed(_ tunnel: NodeTunnel, _ failure: TunnelFailure) {
        counters.receivedBytes += tunnel.connection.receivedBytes
        counters.sentBytes += tunnel.connection.sentBytes
        counters.refusedStreams += tunnel.connection.refusedStreams
        counters.ended[failure.code, default: 0] += 1
        // The late end of an old session removes nothing of the new one.
        guard tunnels[tunnel.nodeID] === tunnel else { return }
        tunnels[tunnel.nodeID] = nil
        logger.info("the tunnel of node \(tunnel.nodeID) has ended: \(failure.detail)")
    }

    /// The document a node shall have, and its bytes; nil while it gets none.
    func document(for tunnel: NodeTunnel) -> (mark: DocumentMark, body: [UInt8])? {
        documents.pushed(to: tunnel.nodeID, agentVersion: tunnel.offer.version)
    }

    /// Waits until everything decided so far is durable.
    func committed() async throws {
        let done = OneShot<Void>()
        host.release { outcome in
            switch outcome {
            case .committed: done.succeed(())
            case .lost(let failure): done.fail(failure)
            }
        }
        try await done.wait()
    }

    /// Takes a report and answers once that is durable.
    func report(
        _ body: [UInt8], of tunnel: NodeTunnel,
        answer: @escaping @LoopActor (Result<[UInt8], Refusal>) -> Void
    ) {
        do throws(Refusal) {
            guard host.isValid(tunnel.offer.holder), !isDeleted(tunnel) else {
                throw Refusal.nodeUnauthorized
            }
            let reply = try heartbeats.take(body, of: tunnel.offer.holder, agentVersion: tunnel.offer.version)
            counters.reports += 1
            tunnel.hasReported = true
            tunnel.expectLife(
                intervalSecs: host.cluster.intervalMilliseconds(of: tunnel.nodeID) / 1000,
                timeoutSecs: Int64(settings.heartbeatTimeoutSecs))
            if let trip = tunnel.connection.roundTripNanoseconds { onRoundTrip?(trip) }
            host.release { outcome in
                switch outcome {
                case .committed: answer(.success(reply))
                case .lost(let failure): answer(.failure(.storage(failure)))
                }
            }
        } catch {
            counters.reportsRefused += 1
            answer(.failure(error))
        }
    }

    /// A node at rest pings instead of reporting: what it said last still holds.
    func heard(_ tunnel: NodeTunnel) {
        guard host.isValid(tunnel.offer.holder), !isDeleted(tunnel) else { return }
        let holder = tunnel.offer.holder
        let contact = RecordContact(
            nodeID: holder.nodeID, tokenID: holder.tokenID, standsForReport: tunnel.hasReported)
        // A node that is deleted in this turn has nothing more to say.
        do { _ = try host.perform(.recordContact(contact)) } catch { return }
        counters.pings += 1
    }

    func pushed(_ isTaken: Bool) {
        if isTaken { counters.pushed += 1 } else { counters.pushesRefused += 1 }
    }

    private func isDeleted(_ tunnel: NodeTunnel) -> Bool {
        host.cluster.nodeRow(tunnel.nodeID).map { $0.tombstone != nil } ?? true
    }

    private func greeting(_ offer: TunnelOffer) -> PlaneGreeting {
        PlaneGreeting(
            session: offer.session,
            heartbeatIntervalSecs: host.cluster.intervalMilliseconds(of: offer.holder.nodeID) / 1000,
            heartbeatTimeoutSecs: Int64(settings.heartbeatTimeoutSecs), serverTime: host.clock.now().wall,
            statusHash: statusHash(of: offer.holder.nodeID))
    }

    /// What is known of a node; nil while it shall report.
    func statusHash(of id: NodeID) -> StatusHash? {
        host.cluster.countingReport(of: id).map { StatusHash($0.boot, $0.sequence) }
    }

    /// A crowd is let in a part at a time: a handshake costs more than anything else a tunnel does.
    private func admitByLoad() throws(Refusal) {
        let now = EventLoop.now.milliseconds / 1_000
        if second.number != now { second = (now, 0) }
        second.admitted += 1
        guard !isClosed, !refusesAll, tunnels.count < ControlPlaneLimits.tunnels,
            second.admitted <= ControlPlaneLimits.tunnelsPerSecond
        else {
            counters.refuse("too_many_tunnels")
            let pause = 1 + Int64(ids.nextRandom() % ControlPlaneLimits.crowdSpreadSeconds)
            throw Refusal(
                .serviceUnavailable, "too_many_tunnels", "no further tunnel is opened at present; ask again",
                headers: [("retry-after", "\(pause)")])
        }
    }
}

/// What tunnels have done since the start.
struct TunnelCounters {
    var opened: UInt64 = 0
    /// By the word of the refusal.
    var refusals: [String: UInt64] = [:]
    var refused: UInt64 { refusals.values.reduce(0, +) }
    /// By why they ended.
    var ended: [TunnelFailure.Code: UInt64] = [:]
    var pushed: UInt64 = 0
    var pushesRefused: UInt64 = 0
    var reports: UInt64 = 0
    var reportsRefused: UInt64 = 0
    /// Signs of life without a report.
    var pings: UInt64 = 0
    /// Of tunnels that have ended.
    var refusedStreams: UInt64 = 0
    /// Of tunnels that have ended.
    var receivedBytes: UInt64 = 0
    var sentBytes: UInt64 = 0

    mutating func refuse(_ word: String) { refusals[word, default: 0] += 1 }
}
