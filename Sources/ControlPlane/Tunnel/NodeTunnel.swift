import EventLoop
import HTTP2
import JSON
import Model
import Tunnel

/// One node's tunnel, from the upgrade to its end: the control stream, the pushes, and streams for whoever asks.
@LoopActor
final class NodeTunnel: TunnelCarrier {
    let offer: TunnelOffer
    let connection: TunnelConnection
    /// Whether both sides have said who they are.
    private(set) var isReady = false
    /// When it was opened.
    let openedAt: Timestamp
    /// Whether the agent has reported through it, or was told that its newest report counts: what was said before is
    /// then from the same life.
    var hasReported = false
    private unowned let hub: TunnelHub
    private var control: TunnelStream?
    private var splitter = LineSplitter()
    /// Runs until the agent has greeted.
    private var patience: LoopTimer?
    private var pushTask: Task<Void, Never>?
    private var pushIsWanted = false
    /// The document the agent is known to have.
    private var applied: DocumentMark?
    private(set) var silenceMilliseconds: Int64 = 0
    /// What the agent was told that is known of its node.
    private var toldStatus: StatusHash?
    /// How often the agent shall be heard, and when that was last told to the core.
    private var intervalMilliseconds: Int64 = 0
    private var toldAt = EventLoop.now
    /// Reports that are not answered yet.
    private var reports = 0

    var nodeID: NodeID { offer.holder.nodeID }

    /// For operators.
    var state: TunnelState {
        TunnelState(
            connectedAt: openedAt, peer: connection.peer, streams: connection.streamCount,
            receivedBytes: connection.receivedBytes, sentBytes: connection.sentBytes)
    }

    init(_ offer: TunnelOffer, _ connection: TunnelConnection, at now: Timestamp, _ hub: TunnelHub) {
        openedAt = now
        self.offer = offer
        self.connection = connection
        self.hub = hub
    }

    /// Opens the control stream and greets.
    func begin(_ received: [UInt8], greeting: PlaneGreeting) {
        connection.onClosed = { self.over($0) }
        toldStatus = greeting.statusHash
        connection.onPinged = { [unowned self] in heard() }
        // An agent has no need to ping while it hears us; what it sends meanwhile is a sign of its life as well.
        connection.onHeard = { [unowned self] in
            if EventLoop.now.milliseconds(since: toldAt) >= intervalMilliseconds { heard() }
        }
        // An agent that takes no further streams is of no use any more, and comes again.
        connection.onGoingAway = { [unowned self] in
            close(TunnelFailure(.closed, "the agent takes no further streams"))
        }
        connection.start(received: received)
        expectLife(intervalSecs: greeting.heartbeatIntervalSecs, timeoutSecs: greeting.heartbeatTimeoutSecs)
        guard connection.isOpen else { return }
        let patience = LoopTimer()
        self.patience = patience
        patience.start(afterMilliseconds: TunnelLimits.greetingMilliseconds) { [unowned self] in
            close(TunnelFailure(.broken, "the agent has not greeted"))
        }
        do {
            let control = try connection.open(
                [
                    HTTP2Field(":method", "POST"), HTTP2Field(":scheme", "http"),
                    HTTP2Field(":path", TunnelProtocol.sessionPath), HTTP2Field(":authority", "node"),
                ], isUrgent: true)
            self.control = control
            control.carry(to: self)
            say("hello", greeting)
        } catch {
            close(
                error as? TunnelFailure ?? TunnelFailure(.broken, "no control stream: \(error)", cause: error)
            )
        }
    }

    /// Sets how long the agent may be silent that is to be heard at an interval.
    func expectLife(intervalSecs: Int64, timeoutSecs: Int64) {
        intervalMilliseconds = intervalSecs * 1_000
        let limit = max(timeoutSecs, 3 * intervalSecs) * 1_000
        guard limit != silenceMilliseconds else { return }
        silenceMilliseconds = limit
        connection.expectLife(withinMilliseconds: limit)
    }

    private func heard() {
        guard isReady else { return }
        toldAt = EventLoop.now
        hub.heard(self)
    }

    func close(_ failure: TunnelFailure) { connection.close(failure) }

    /// Asks the agent to come again after a while, and closes once it has heard that, or takes too long.
    func sendAway(afterMilliseconds: Int64) async {
        say("reconnect", ReconnectOrder(afterMilliseconds: afterMilliseconds))
        connection.leave(TunnelFailure(.closed, "this control plane is stopping"))
        await connection.left()
    }

    /// Brings the node's document to the agent, now or after the push under way.
    func push() {
        pushIsWanted = true
        guard isReady, pushTask == nil else { return }
        pushTask = StreamTask.start {
            while self.pushIsWanted, self.connection.isOpen {
                self.pushIsWanted = false
                await self.pushOnce()
            }
            self.pushTask = nil
        }
    }

    /// Opens a stream for a request; refusals of the agent are the caller's to read.
    func open(_ method: String, _ path: String, _ more: [HTTP2Field] = [], ends: Bool = true) throws
        -> TunnelStream
    {
        let fields = [
            HTTP2Field(":method", method), HTTP2Field(":scheme", "http"), HTTP2Field(":path", path),
            HTTP2Field(":authority", "node"),
        ]
        return try connection.open(fields + more, ends: ends)
    }

    /// Opens a raw stream to a port of one of the node's replicas.
    func connect(to authority: String, _ more: [HTTP2Field] = []) throws -> TunnelStream {
        try connection.open(
            [HTTP2Field(":method", "CONNECT"), HTTP2Field(":authority", authority)] + more)
    }

    // MARK: What the control stream says; no task waits for it, as most tunnels say little

    func streamAnswered(_ fields: [HTTP2Field]) {
        guard fields[":status"] != "200" else { return }
        close(TunnelFailure(.broken, "the agent takes no control stream"))
    }

    func streamGave(_ pieces: [UnsafeRawBufferPointer]) {
        do {
            let bytes = unsafe Array(pieces.joined())
            control?.carried(bytes.count)
            for line in try splitter.push(bytes) {
                guard let line = ControlLine(line: line) else {
                    throw TunnelFailure(.broken, "a line of the control stream cannot be read")
                }
                try take(line)
            }
        } catch {
            close(
                error as? TunnelFailure
                    ?? TunnelFailure(.broken, "the control stream cannot be read: \(error)", cause: error))
        }
    }

    func streamGaveAll() { close(TunnelFailure(.closed, "the agent ended the control stream")) }

    func streamIsOver(_ failure: TunnelFailure?) {
        close(failure ?? TunnelFailure(.closed, "the agent ended the control stream"))
    }

    private func take(_ line: ControlLine) throws {
        switch line.word {
        case "hello":
            let greeting = try JSONCoder.decode(AgentGreeting.self, from: line.body)
            applied = greeting.applied
            guard !isReady else { return }
            isReady = true
            patience?.close()
            patience = nil
            try greeted(as: greeting.statusHash)
            hub.ready(self)
        case "heartbeat" where isReady:
            guard reports < TunnelLimits.reports else {
                throw TunnelFailure(.full, "the agent reports faster than it can be answered")
            }
            reports += 1
            toldAt = EventLoop.now
            hub.report(line.body, of: self) { [weak self] result in self?.answerReport(result) }
        case "applied":
            applied = try JSONCoder.decode(DocumentMark.self, from: line.body)
        default: break  // A newer agent may say more.
        }
    }

    /// A node of which all is known still need not report: its greeting is the sign of life.
    private func greeted(as status: StatusHash?) throws {
        guard let status, status == toldStatus else { return }
        // What was told counted when the tunnel was opened; the agent relies on it.
        guard let counting = hub.statusHash(of: nodeID) else {
            throw TunnelFailure(.replaced, "the node has to report, which it was not told")
        }
        guard counting == status else { return }
        hasReported = true
        heard()
    }

    private func answerReport(_ result: Result<[UInt8], Refusal>) {
        reports -= 1
        switch result {
        case .success(let body): send(ControlLine("heartbeat_ack", body))
        case .failure(let refusal):
            say(
                "heartbeat_refused",
                ReportRefusal(status: refusal.status.code, code: refusal.code, error: refusal.message))
        }
    }

    /// One document, unless the agent has it.
    private func pushOnce() async {
        do {
            guard let document = hub.document(for: self) else { return }
            try await hub.committed()
            say("desired", document.mark)
            guard document.mark != applied else { return }
            let stream = try open("PUT", TunnelProtocol.documentPath, ends: false)
            defer { stream.reset() }
            try await stream.write(document.body)
            stream.finish()
            let head = try await stream.response(deadlineMilliseconds: TunnelLimits.pushMilliseconds)
            let isTaken = head[":status"] == "200"
            if isTaken { applied = document.mark }
            hub.pushed(isTaken)
        } catch {
            // The agent compares what it has with `desired`, and asks over REST for what did not come.
            hub.pushed(false)
        }
    }

    private func say(_ word: String, _ message: some Encodable) {
        guard let body = try? JSONCoder.encode(message) else { return }
        send(ControlLine(word, body))
    }

    /// An agent that lets the control stream fill up is not one that can be spoken to; other streams may be as full as
    /// they are.
    private func send(_ line: ControlLine) {
        guard let control, (try? control.writeNow(line.bytes)) != nil,
            control.waitingBytes > TunnelLimits.controlBytes
        else { return }
        close(TunnelFailure(.full, "the agent does not read the control stream"))
    }

    private func over(_ failure: TunnelFailure) {
        isReady = false
        patience?.close()
        patience = nil
        pushTask?.cancel()
        control = nil
        hub.closed(self, failure)
    }
}
