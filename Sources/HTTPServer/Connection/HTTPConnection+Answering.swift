import EventLoop
import HTTP1
import Model

extension HTTPConnection {
    /// Runs the handler; what it has at once is answered at once.
    func handle(_ exchange: Exchange) {
        guard let admission = exchange.admission else { return }
        do {
            switch try admission.handler(exchange.request) {
            case .now(let response): respond(exchange, response)
            case .later(let work):
                exchange.task = HandlerTask.start(work) { [weak self] in self?.settled(exchange, $0) }
            case .deferred(let deferred):
                exchange.deferred = deferred
                deferred.whenReleased { [weak self] in self?.settled(exchange, $0) }
            }
        } catch {
            respond(exchange, server.response(for: error, exchange.request))
        }
    }

    /// A response came from elsewhere; too late is too late.
    private func settled(_ exchange: Exchange, _ result: Result<HTTPResponse, any Error>) {
        guard exchange === self.exchange, exchange.progress == .handling, mode == .serving else { return }
        switch result {
        case .success(let response): respond(exchange, response)
        case .failure(let error): respond(exchange, server.response(for: error, exchange.request))
        }
        flush()
        advance()
    }

    /// Renders a response; the exchange is over unless its body streams or its request is still being read.
    func respond(_ exchange: Exchange, _ response: HTTPResponse) {
        let response = server.coded(response, for: exchange.request)
        exchange.task = nil
        exchange.deferred = nil
        exchange.status = response.status
        if response.closes || server.isStopping || !exchange.clientKeepsAlive {
            exchange.closesAfterwards = true
        }
        if !exchange.isReceived, !exchange.discards, exchange.request.stream != nil {
            // The handler did not want the rest of what is being sent.
            exchange.closesAfterwards = true
        }
        switch response.body {
        case .empty: appendHead(exchange, response, .length(0))
        case .omitted(let length): appendHead(exchange, response, .length(length))
        case .bytes(let bytes):
            appendHead(exchange, response, .length(bytes.count))
            appendBody(exchange, bytes)
        case .stream(let write): return startStream(exchange, response, write)
        case .upgrade(let take): return startUpgrade(exchange, response, take)
        }
        answered(exchange)
    }

    private func appendBody(_ exchange: Exchange, _ bytes: [UInt8]) {
        guard exchange.request.method != .head, !exchange.status.forbidsBody else { return }
        exchange.responseBytes += bytes.count
        guard bytes.count > HTTPServerLimits.gatheredBytes else {
            output.append(contentsOf: bytes)
            return
        }
        writeOutput()
        stream.write(bytes)
    }

    func appendHead(
        _ exchange: Exchange, _ response: HTTPResponse, _ framing: BodyFraming,
        _ persistence: HTTP1Writer.Persistence? = nil
    ) {
        let head = HTTPResponseHead(
            status: response.status, version: exchange.request.head.version, headers: response.headers)
        // A 304 has no body of its own to measure.
        let framing = response.status == .notModified && framing == .length(0) ? .none : framing
        let requestID = exchange.request.requestID
        HTTP1Writer.appendResponse(
            head, framing: framing,
            persistence: persistence ?? (exchange.closesAfterwards ? .close : .keepAlive),
            date: server.date, to: &output
        ) { output in
            output.append(contentsOf: server.requestIDName)
            output.append(contentsOf: requestID.utf8)
            output.append(13)
            output.append(10)
        }
    }

    private func startStream(
        _ exchange: Exchange, _ response: HTTPResponse,
        _ write: @escaping @LoopActor @Sendable (ResponseWriter) async throws -> Void
    ) {
        exchange.usesChunks = exchange.request.head.version == .http11
        if !exchange.usesChunks { exchange.closesAfterwards = true }
        appendHead(exchange, response, exchange.usesChunks ? .chunked : .untilClose)
        guard exchange.request.method != .head, !exchange.status.forbidsBody else {
            return answered(exchange)
        }
        exchange.progress = .streaming
        // A client may be gone without a word while there is nothing to send to it.
        stream.setKeepalive()
        let writer = ResponseWriter(
            send: { [weak self] in self?.sendPiece(exchange, $0) },
            queuedBytes: { [weak self] in self?.stream.queuedBytes ?? 0 }, limitBytes: limits.queuedBytes)
        exchange.writer = writer
        exchange.task = HandlerTask.start({ try await write(writer) }) { [weak self] result in
            self?.streamSettled(exchange, result)
        }
    }

    private func sendPiece(_ exchange: Exchange, _ bytes: [UInt8]) {
        guard exchange === self.exchange, mode == .serving, !bytes.isEmpty else { return }
        exchange.responseBytes += bytes.count
        if exchange.usesChunks {
            HTTP1Writer.appendChunk(bytes, to: &output)
        } else {
            output.append(contentsOf: bytes)
        }
        guard !isProcessing else { return }
        flush()
        settle()
    }

    private func streamSettled(_ exchange: Exchange, _ result: Result<Void, any Error>) {
        guard exchange === self.exchange, mode == .serving else { return }
        if case .failure(let error) = result {
            // The client must not take half a body for a whole one: no last chunk, just the end.
            server.report(error, exchange.request)
            return abort(error)
        }
        if exchange.usesChunks { HTTP1Writer.appendLastChunk(to: &output) }
        exchange.writer = nil
        exchange.task = nil
        answered(exchange)
        flush()
        advance()
    }

    private func startUpgrade(
        _ exchange: Exchange, _ response: HTTPResponse,
        _ take: @escaping @LoopActor @Sendable (Stream, [UInt8]) -> Void
    ) {
        guard exchange.request.offersUpgrade, exchange.isReceived else {
            let rejection = HTTPRejection(
                .upgradeRequired, "upgrade_required",
                "this resource speaks another protocol; ask with Upgrade",
                headers: ["upgrade": response.headers["upgrade"] ?? "-"])
            return respond(exchange, rejection.response(requestID: exchange.request.requestID))
        }
        let connects = exchange.request.method == .connect
        appendHead(exchange, response, .none, connects ? .keepAlive : .upgrade)
        exchange.progress = .answered
        mode = .handedOver
        listener.upgrades[ObjectIdentifier(self)] = take
        if !isProcessing {
            handOver(held.take())
        }
    }

    /// Gives the socket away, with the bytes that came behind the request.
    func handOver(_ received: [UInt8]) {
        guard let exchange, let take = listener.upgrades.removeValue(forKey: ObjectIdentifier(self)) else {
            return
        }
        self.exchange = nil
        writeOutput()
        server.log(exchange, self, aborted: false)
        stream.stopReading()
        stream.maximumQueuedBytes = EventLoopLimits.streamQueuedBytes
        phaseDeadline = .max
        writeDeadline = .max
        let stream = stream
        listener.closed(self)
        take(stream, received)
    }

    private func answered(_ exchange: Exchange) {
        exchange.progress = .answered
        if exchange.isReceived || exchange.closesAfterwards {
            finish(exchange)
        } else {
            exchange.discards = true
        }
    }

    /// Both directions of an exchange are through.
    func finish(_ exchange: Exchange) {
        self.exchange = nil
        // Whoever still reads a body that is not read any more shall not wait for ever.
        exchange.request.stream?.fail(
            LoopFailure(.closed, operation: "read", detail: "the request was answered before its end"))
        server.log(exchange, self, aborted: false)
        idleSince = EventLoop.now.milliseconds
        if exchange.closesAfterwards || server.isStopping { closeWhenWritten() }
    }
}
