import EventLoop
import HTTP1
import Model

extension HTTPConnection {
    /// What the phase deadline is about.
    enum Phase { case idle, head, body, handling, streaming, lingering }

    /// Writes what is ready, in one call.
    func flush() {
        guard !isProcessing else { return }
        writeOutput()
    }

    /// Writes what is ready; the buffer goes back to the server, so that an idle connection holds none.
    func writeOutput() {
        if !output.isEmpty {
            stream.write(output)
            output.removeAll(keepingCapacity: output.capacity <= HTTPServerLimits.scratchBytes)
        }
        if output.capacity > server.scratch.capacity { swap(&output, &server.scratch) }
        if !isProcessing, output.capacity > 0 { output = [] }
    }

    /// Sends the end after everything queued, then swallows what still comes, so that the peer reads the answer
    /// instead of a reset.
    func closeWhenWritten() {
        guard mode == .serving else { return }
        mode = .lingering
        writeOutput()
        held = HeldBytes()
        guard !peerEnded || stream.queuedBytes > 0 else { return close() }
        stream.shutdownWriting()
        stream.startReading()
        settle()
    }

    /// Sets reading and deadlines to what the state needs now.
    func settle() {
        guard mode == .serving || mode == .lingering else { return }
        if mode == .serving {
            settleReading()
            settleTurn()
        }
        settlePhase()
        if stream.queuedBytes > 0 {
            if writeDeadline == .max {
                writeDeadline = EventLoop.now.milliseconds + limits.writeMilliseconds
                takenBefore = stream.takenBytes
            }
        } else {
            writeDeadline = .max
        }
        server.sweeper.note(min(phaseDeadline, writeDeadline))
    }

    private func settleReading() {
        guard !peerEnded else { return }
        let wants = held.count < limits.heldBytes && (canGoOn || exchange?.isReceived == true)
        if wants { stream.startReading() } else { stream.stopReading() }
    }

    private func settlePhase() {
        let next = currentPhase
        // An idle connection's time starts anew with every answer, every other phase has one deadline.
        guard next != phase || phaseSerial != begun || next == .idle || phaseDeadline == .max else { return }
        phase = next
        phaseSerial = begun
        let now = EventLoop.now.milliseconds
        switch next {
        case .idle:
            phaseDeadline = idleSince + (begun > 0 ? limits.idleMilliseconds : limits.headMilliseconds)
        case .head: phaseDeadline = now + limits.headMilliseconds
        case .body: phaseDeadline = now + limits.bodyMilliseconds
        case .handling:
            let own = exchange?.admission?.deadlineMilliseconds
            phaseDeadline = now + (own ?? limits.handlerMilliseconds)
        case .streaming: phaseDeadline = .max
        case .lingering: phaseDeadline = now + limits.lingerMilliseconds
        }
    }

    private var currentPhase: Phase {
        if mode == .lingering { return .lingering }
        guard let exchange else { return decoder.isIdle ? .idle : .head }
        if !exchange.isReceived, exchange.request.stream?.isFull != true { return .body }
        return exchange.progress == .streaming ? .streaming : .handling
    }

    /// Looks at the clock; called by the sweeper.
    func checkDeadlines(_ now: Int64) {
        if now >= writeDeadline { writeStalled(now) }
        guard mode != .closed, now >= phaseDeadline else { return }
        phaseDeadline = .max
        switch phase {
        case .idle, .lingering: mode == .lingering && stream.queuedBytes > 0 ? settle() : close()
        case .head: timedOut(.requestTimeout, "head_timeout", "the request's head took too long")
        case .body: timedOut(.requestTimeout, "body_timeout", "the request's body took too long")
        case .handling:
            timedOut(.serviceUnavailable, "handler_timeout", "the answer took too long; ask again")
        case .streaming: break
        }
    }

    /// Progress renews the time; a peer that took nothing is cut.
    private func writeStalled(_ now: Int64) {
        let taken = stream.takenBytes
        guard taken > takenBefore else {
            if mode == .lingering { return close() }
            return abort(
                LoopFailure(.deadline, operation: "write", detail: "the client takes nothing of the response")
            )
        }
        takenBefore = taken
        writeDeadline = now + limits.writeMilliseconds
    }
}
