import EventLoop
import HTTP1
import Model

extension HTTPConnection {
    /// True when the next bytes can be looked at now.
    var canGoOn: Bool {
        guard mode == .serving, !isProcessing, stream.queuedBytes + output.count < limits.queuedBytes else {
            return false
        }
        guard let exchange else { return true }
        return !exchange.isReceived && !(exchange.request.stream?.isFull ?? false)
    }

    /// Goes on with bytes that had to wait.
    func advance() {
        guard mode == .serving, !isProcessing else { return }
        processHeld()
        if peerEnded, mode == .serving, exchange == nil, held.isEmpty { closeWhenWritten() }
        settle()
    }

    /// Works on what is held for as long as it can be: a round that stopped because its output was full goes on when
    /// the kernel took all of that at once, for then nobody calls later.
    func processHeld() {
        while canGoOn, hasTurn, !held.isEmpty {
            // Nobody else touches what is held while it is looked at.
            var taken = HeldBytes()
            swap(&held, &taken)
            taken.start = process(taken.bytes.span, from: taken.start)
            if mode == .serving {
                if !taken.isEmpty { held = taken }
            } else if mode == .handedOver {
                handOver(taken.take())
            }
            flush()
        }
    }

    /// Takes as many steps as the state allows and returns where the bytes begin that nobody has looked at.
    func process(_ input: Span<UInt8>, from start: Int = 0) -> Int {
        isProcessing = true
        if output.isEmpty { swap(&output, &server.scratch) }
        var offset = start
        do throws(HTTP1Failure) {
            while mode == .serving, try step(input, &offset) {}
        } catch {
            refuse(error)
        }
        isProcessing = false
        return offset
    }

    /// One step of the decoder; false when no more can be done now.
    private func step(_ input: Span<UInt8>, _ offset: inout Int) throws(HTTP1Failure) -> Bool {
        if let exchange {
            if exchange.isReceived || exchange.request.stream?.isFull == true { return false }
        } else if !hasTurn || output.count + stream.queuedBytes >= limits.queuedBytes {
            return false
        }
        switch try decoder.step(input, from: &offset) {
        case .needsMore: return false
        case .head(let head): begin(head)
        case .body(let piece): received(input.extracting(piece))
        case .end: requestComplete()
        }
        return true
    }

    private func begin(_ head: HTTP1Request) {
        begun += 1
        lastTurn = EventLoop.turn
        let request = HTTPRequest(
            head: head.head, requestID: server.requestID(head.head.headers), peer: peer,
            isLoopbackPeer: isLoopbackPeer, offersUpgrade: head.offersUpgrade)
        let exchange = Exchange(
            request, keepsAlive: head.keepsAlive, startedNanoseconds: server.startNanoseconds)
        self.exchange = exchange
        do {
            let admission = try server.responder.admit(request)
            try admit(exchange, admission, head)
        } catch {
            rejectBeforeBody(exchange, head, error)
        }
    }

    private func admit(
        _ exchange: Exchange, _ admission: Admission, _ head: HTTP1Request
    ) throws(HTTPRejection) {
        exchange.admission = admission
        if case .unread = admission.body {
            dropBody(exchange, head)
            return handle(exchange)
        }
        let limit = admission.body.limitBytes
        if case .length(let length) = head.framing {
            guard length <= limit else { throw HTTPRejection.bodyTooLarge(limit) }
            if case .collected = admission.body { exchange.request.body.reserveCapacity(length) }
        }
        decoder.limitBody(limit)
        if head.expectsContinue { output.append(contentsOf: HTTP1Writer.continueResponse) }
        guard case .streamed = admission.body, head.framing != .none else { return }
        let body = RequestBody(limitBytes: limits.streamedBytes)
        body.onRoom = { [weak self] in self?.advance() }
        exchange.request.stream = body
        handle(exchange)
    }

    private func rejectBeforeBody(_ exchange: Exchange, _ head: HTTP1Request, _ error: any Error) {
        dropBody(exchange, head)
        respond(exchange, server.response(for: error, exchange.request))
    }

    /// Prepares for an answer without the body: a small one is read and dropped, any other costs the connection.
    private func dropBody(_ exchange: Exchange, _ head: HTTP1Request) {
        var isSmall = head.framing == .none
        if case .length(let length) = head.framing {
            isSmall = length <= limits.drainBytes && !head.expectsContinue
        }
        exchange.discards = true
        exchange.closesAfterwards = !isSmall
        decoder.limitBody(limits.drainBytes)
    }

    private func received(_ piece: Span<UInt8>) {
        guard let exchange else { return }
        exchange.requestBytes += piece.count
        if exchange.discards { return }
        if let body = exchange.request.stream {
            body.append(piece)
            if phase == .body { phaseDeadline = EventLoop.now.milliseconds + limits.bodyMilliseconds }
        } else {
            unsafe piece.withUnsafeBufferPointer { unsafe exchange.request.body.append(contentsOf: $0) }
        }
    }

    private func requestComplete() {
        guard let exchange else { return }
        exchange.isReceived = true
        if exchange.progress == .answered { return finish(exchange) }
        if exchange.discards { return }
        if let body = exchange.request.stream { return body.complete() }
        handle(exchange)
    }

    /// Answers what the codec refused; nothing behind it can be read any more.
    private func refuse(_ failure: HTTP1Failure) {
        let rejection = HTTPRejection(failure.status, failure.code.rawValue, failure.detail, closes: true)
        guard let exchange else {
            let exchange = nameless()
            self.exchange = exchange
            return respond(exchange, rejection.response(requestID: exchange.request.requestID))
        }
        if exchange.progress == .handling, exchange.task == nil, exchange.deferred == nil {
            return respond(exchange, rejection.response(requestID: exchange.request.requestID))
        }
        exchange.closesAfterwards = true
        exchange.request.stream?.fail(rejection)
        if exchange.progress == .answered { finish(exchange) }
    }
}

extension HTTPRejection {
    static func bodyTooLarge(_ limit: Int) -> HTTPRejection {
        HTTPRejection(.contentTooLarge, "body_too_large", "the body is longer than \(limit) bytes")
    }
}
