internal import EventLoop
internal import HTTP2
internal import JSON
internal import Model
internal import Tunnel

/// The tunnel as the loops of the agent see it: while it is up, documents and reports go through it.
///
/// Everything here answers nil when REST shall do it instead, so that a tunnel that breaks costs nothing but the detour.
@LoopActor
final class AgentTunnel {
    /// Called when a session is up: the control plane may have been started anew.
    var onUp: (@LoopActor () -> Void)?
    private let gate = Gate()
    private var connection: TunnelConnection?
    private var control: TunnelStream?
    private(set) var greeting: PlaneGreeting?
    /// What the settings say instead of the control plane.
    var ownInterval: Int64?
    var ownTimeout: Int64?
    /// The newest document of this node that the control plane spoke of.
    private var head: DocumentMark?
    private var pushed: Push?
    private var handed: Push?
    private var reports: [OneShot<HeartbeatResponse>] = []
    private(set) var leaveOrder: ReconnectOrder?
    /// Seconds between pings in the session that is open.
    private var interval: Int64 = 0

    /// A document on its way, and who waits to hear what became of it.
    private struct Push {
        let document: DesiredStateDocument
        let answer: OneShot<Bool>
    }

    /// The report that was acknowledged last.
    var acknowledged: StatusHash?
    /// Whether the control plane knows what this node said last, as it was when the session began.
    var isKnown: Bool { isUp && acknowledged != nil && greeting?.statusHash == acknowledged }

    /// Whether both sides have greeted.
    var isUp: Bool { connection?.isOpen == true && greeting != nil }

    // MARK: What the loops ask

    /// Waits for a document; nil when REST shall be asked.
    func desiredState(
        known: NodeReport.Applied?, waitMilliseconds: Int64
    ) async throws -> ControlPlaneLink.Polled? {
        settleHanded(known)
        let end = EventLoop.now.milliseconds + waitMilliseconds
        while isUp {
            if let push = pushed {
                pushed = nil
                handed = push
                return .document(push.document)
            }
            guard let head else { return nil }
            let isCurrent = head == known.map { DocumentMark(epoch: $0.epoch, headRevision: $0.revision) }
            let now = EventLoop.now.milliseconds
            let left = isCurrent ? end - now : min(end - now, AgentLimits.pushPatienceMilliseconds)
            guard left > 0 else { return isCurrent ? .unchanged : nil }
            guard try await wait(milliseconds: left, untilNot: head) else {
                return isCurrent ? .unchanged : nil
            }
        }
        return nil
    }

    /// Sends a report and waits for its answer; nil when it shall go over REST.
    func heartbeat(_ report: [UInt8], timeoutSecs: Int64) async throws -> HeartbeatResponse? {
        let line = ControlLine("heartbeat", report)
        guard isUp, let control, line.bytes.count <= TunnelLimits.lineBytes else { return nil }
        let answer = OneShot<HeartbeatResponse>()
        reports.append(answer)
        do {
            try control.writeNow(line.bytes)
            return try await answer.wait(
                deadlineMilliseconds: timeoutSecs * 1_000, operation: "answer to a report")
        } catch let failure as AgentFailure {
            throw failure
        } catch is CancellationError {
            reports.removeAll { $0 === answer }
            throw CancellationError()
        } catch let failure as LoopFailure where failure.code == .deadline {
            // Answers come in the order of the reports: after one that is missing none can be told apart.
            connection?.close(TunnelFailure(.silent, "a report was not answered"))
            return nil
        } catch {
            return nil
        }
    }

    /// Pings so often from now on, unless the settings say it otherwise.
    func keepAlive(intervalSecs told: Int64) {
        let seconds = max(1, ownInterval ?? told)
        guard let connection, let greeting, seconds != interval else { return }
        interval = seconds
        connection.keepAlive(
            intervalMilliseconds: seconds * 1_000,
            timeoutMilliseconds: max(1, ownTimeout ?? greeting.heartbeatTimeoutSecs) * 1_000)
    }

    // MARK: What the session says

    func began(_ connection: TunnelConnection) {
        self.connection = connection
        leaveOrder = nil
    }

    func ended() {
        connection = nil
        control = nil
        greeting = nil
        head = nil
        let waiting = reports
        reports = []
        for answer in waiting { answer.fail(TunnelFailure(.closed, "the tunnel has ended")) }
        pushed?.answer.succeed(false)
        pushed = nil
        handed?.answer.succeed(false)
        handed = nil
        gate.changed()
    }

    /// Greets on the control stream, then takes its lines until it ends; `hasNews` says whether something has changed
    /// since the last report.
    func serve(_ stream: TunnelStream, applied: DocumentMark?, hasNews: Bool) async throws {
        guard control == nil else { return stream.reset(.refused) }
        control = stream
        stream.respond([HTTP2Field(":status", "200")])
        let hello = AgentGreeting(
            agentVersion: Version.current, capabilities: AgentLimits.tunnelCapabilities, applied: applied,
            statusHash: hasNews ? nil : acknowledged)
        try stream.writeNow(ControlLine("hello", try JSONCoder.encode(hello)).bytes)
        var splitter = LineSplitter()
        while let bytes = try await stream.next() {
            for line in try splitter.push(bytes) {
                guard let line = ControlLine(line: line) else {
                    throw TunnelFailure(.broken, "a line of the control stream cannot be read")
                }
                try take(line)
            }
        }
    }

    /// Hands a pushed document on; whether it is durable now.
    func pushed(_ document: DesiredStateDocument) async throws -> Bool {
        pushed?.answer.succeed(false)
        let push = Push(document: document, answer: OneShot())
        pushed = push
        gate.changed()
        return try await push.answer.wait(
            deadlineMilliseconds: TunnelLimits.pushMilliseconds, operation: "apply a pushed document")
    }

    private func take(_ line: ControlLine) throws {
        switch line.word {
        case "hello":
            greeting = try JSONCoder.decode(PlaneGreeting.self, from: line.body)
            interval = 0
            keepAlive(intervalSecs: greeting?.heartbeatIntervalSecs ?? 0)
            onUp?()
        case "desired": head = try JSONCoder.decode(DocumentMark.self, from: line.body)
        case "heartbeat_ack":
            guard !reports.isEmpty else { return }
            reports.removeFirst().succeed(try JSONCoder.decode(HeartbeatResponse.self, from: line.body))
        case "heartbeat_refused":
            guard !reports.isEmpty else { return }
            reports.removeFirst().fail(
                Self.failure(try JSONCoder.decode(ReportRefusal.self, from: line.body)))
        case "reconnect":
            leaveOrder = try JSONCoder.decode(ReconnectOrder.self, from: line.body)
        default: break  // A newer control plane may say more.
        }
        gate.changed()
    }

    /// What the loop does next shows whether the document it was given is durable.
    private func settleHanded(_ known: NodeReport.Applied?) {
        guard let handed else { return }
        self.handed = nil
        handed.answer.succeed(
            known?.epoch == handed.document.epoch && known?.revision == handed.document.revision)
    }

    /// False when the time is over before anything changed.
    private func wait(milliseconds: Int64, untilNot head: DocumentMark) async throws -> Bool {
        do {
            try await gate.until(deadlineMilliseconds: milliseconds, operation: "wait for a push") {
                !isUp || pushed != nil || self.head != head
            }
            return true
        } catch let failure as LoopFailure where failure.code == .deadline {
            return false
        }
    }

    private static func failure(_ refusal: ReportRefusal) -> AgentFailure {
        let kind: AgentFailure.Kind =
            switch refusal.status {
            case 401, 403, 404, 410: .refused
            case 413: .tooLarge
            default: .answer
            }
        return AgentFailure(
            kind, "heartbeat: the control plane answered \(refusal.status): \(refusal.error)",
            status: refusal.status)
    }
}
