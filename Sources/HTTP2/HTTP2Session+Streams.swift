internal import CNghttp2

extension HTTP2Session {
    /// Opens a stream.
    ///
    /// - Parameters:
    ///   - fields: The request's head, `:method` and its like first.
    ///   - ends: Whether it has no body.
    ///   - isUrgent: Whether its bytes go before those of other streams.
    /// - Returns: The stream.
    /// - Throws: When the peer takes no more streams.
    public func open(_ fields: [HTTP2Field], ends: Bool = false, isUrgent: Bool = false) throws(HTTP2Failure)
        -> HTTP2StreamID
    {
        precondition(role == .client, "a server opens no streams")
        if let failure { throw failure }
        guard !isGoingAway, nghttp2_session_check_request_allowed(session) != 0 else {
            throw HTTP2Failure(.goingAway, "the peer takes no new streams")
        }
        let allowed = nghttp2_session_get_remote_settings(session, NGHTTP2_SETTINGS_MAX_CONCURRENT_STREAMS)
        guard streams.count < min(limits.streams, Int(allowed)) else {
            refusedStreams += 1
            throw HTTP2Failure(.tooManyStreams, "\(streams.count) streams are open")
        }
        guard !isFull else {
            refusedStreams += 1
            throw HTTP2Failure(.tooManyStreams, "\(budgetWords) wait for their readers")
        }
        let id = Self.withFields(fields) { values, count in
            cnghttp2_request(session, isUrgent ? 256 : 16, values, count, ends ? nil : bytesWanted)
        }
        guard id > 0 else { throw HTTP2Failure(.internal, Self.words(id)) }
        begin(id).sendsBody = !ends
        return id
    }

    /// Answers a stream.
    ///
    /// - Parameters:
    ///   - id: The stream.
    ///   - fields: The answer's head, `:status` first.
    ///   - ends: Whether it has no body.
    /// - Throws: When the stream is closed already.
    public func respond(_ id: HTTP2StreamID, _ fields: [HTTP2Field], ends: Bool = false) throws(HTTP2Failure)
    {
        let state = try stream(id)
        guard !state.sendsBody else { throw HTTP2Failure(.internal, "stream \(id) was answered already") }
        let status = Self.withFields(fields) { values, count in
            cnghttp2_response(session, id, values, count, ends ? nil : bytesWanted)
        }
        guard status == 0 else { throw HTTP2Failure(.internal, Self.words(status)) }
        state.sendsBody = !ends
        state.isAnswered = true
    }

    /// Sends bytes of a body; they wait for the peer's credit.
    ///
    /// - Parameters:
    ///   - bytes: The bytes.
    ///   - id: The stream.
    ///   - ends: Whether nothing comes behind them.
    /// - Throws: When the stream is closed already.
    public func send(
        _ bytes: some Collection<UInt8>, on id: HTTP2StreamID, ends: Bool = false
    ) throws(HTTP2Failure) {
        let state = try sending(id)
        state.output += bytes
        outputBytes += bytes.count
        if ends { state.outputEnds = true }
        resume(id, state)
    }

    /// Sends bytes that are somewhere else: what does not leave while `flush` runs is copied.
    ///
    /// - Parameters:
    ///   - bytes: The bytes, borrowed until this returns.
    ///   - id: The stream.
    ///   - flush: Takes the output; the stream may be over after it.
    /// - Throws: When the stream is closed already.
    public func send(lending bytes: UnsafeRawBufferPointer, on id: HTTP2StreamID, flush: () -> Void)
        throws(HTTP2Failure)
    {
        let state = try sending(id)
        state.lent = bytes
        outputBytes += bytes.count
        resume(id, state)
        flush()
        if streams[id] != nil { state.keepLent() }
    }

    /// Ends this side of a stream, with fields behind its body where there are any.
    public func finish(_ id: HTTP2StreamID, trailers: [HTTP2Field] = []) throws(HTTP2Failure) {
        let state = try stream(id)
        guard state.sendsBody, !state.outputEnds else { return }
        state.outputEnds = true
        if !trailers.isEmpty { state.trailers = trailers }
        resume(id, state)
    }

    /// Ends a stream at once, in both directions; one that is closed is left alone.
    public func reset(_ id: HTTP2StreamID, _ code: HTTP2Code) {
        guard let state = streams[id] else { return }
        outputBytes -= state.waitingBytes
        state.output = []
        state.outputStart = 0
        state.lent = UnsafeRawBufferPointer(start: nil, count: 0)
        nghttp2_submit_rst_stream(session, UInt8(NGHTTP2_FLAG_NONE.rawValue), id, code.rawValue)
    }

    /// Bytes of a stream that wait for the peer's credit.
    public func waitingBytes(of id: HTTP2StreamID) -> Int { streams[id]?.waitingBytes ?? 0 }

    /// Gives credit back for bytes that a reader has taken; a reader that keeps up gets more of it.
    ///
    /// - Parameters:
    ///   - count: How many.
    ///   - id: The stream.
    ///   - roundTripMilliseconds: The way to the peer and back; asked for when a stream has had all its credit again.
    public func consumed(
        _ count: Int, on id: HTTP2StreamID, roundTripMilliseconds: @autoclosure () -> Int64 = 0
    ) {
        guard count > 0, let state = streams[id] else { return }
        let given = min(count, state.heldBytes)
        state.heldBytes -= given
        heldBytes -= given
        state.consumedBytes += given
        state.takenBytes += given
        nghttp2_session_consume_stream(session, id, given)
        if state.isFar { giveBackEarly(id, state) }
        // Before the peer has taken the settings nghttp2 still counts with the protocol's own first window, and would
        // take what the settings leave out away from what is set here.
        let keepsUp = state.heldBytes == 0 && state.consumedBytes >= state.windowBytes
        guard keepsUp, !state.peerEnded, settingsAreTaken else { return }
        grow(id, state, roundTripMilliseconds())
    }

    /// Asks the peer for a sign of life; its answer is `.pong` with the same word.
    public func ping(_ word: UInt64) {
        let bytes = (0..<8).map { UInt8(truncatingIfNeeded: word >> (56 - 8 * UInt64($0))) }
        nghttp2_submit_ping(session, UInt8(NGHTTP2_FLAG_NONE.rawValue), bytes)
    }

    /// Tells the peer that no new streams are wanted; those that are open go on.
    public func goAway(_ code: HTTP2Code = .none) {
        isGoingAway = true
        nghttp2_submit_goaway(
            session, UInt8(NGHTTP2_FLAG_NONE.rawValue), nghttp2_session_get_last_proc_stream_id(session),
            code.rawValue, nil, 0)
    }

    /// Ends the session: what is queued of control frames still leaves, then it is over.
    public func terminate(_ code: HTTP2Code = .none) {
        isGoingAway = true
        nghttp2_session_terminate_session(session, code.rawValue)
    }

    @discardableResult
    func begin(_ id: HTTP2StreamID) -> StreamState {
        let state = StreamState(windowBytes: limits.firstWindowBytes, atMilliseconds: nowMilliseconds)
        streams[id] = state
        windowBytes += state.windowBytes
        return state
    }

    func end(_ id: HTTP2StreamID) {
        guard let state = streams.removeValue(forKey: id) else { return }
        windowBytes -= state.windowBytes
        heldBytes -= state.heldBytes
        outputBytes -= state.waitingBytes
    }

    /// Whether so much waits, here or in all sessions together, that no stream may begin.
    var isFull: Bool { heldBytes >= limits.bufferedBytes || budget?.isUsedUp == true }

    private var budgetWords: String {
        budget?.isUsedUp == true
            ? "\(budget?.bufferedBytes ?? 0) bytes of all tunnels"
            : "\(heldBytes) bytes of this tunnel"
    }

    private func stream(_ id: HTTP2StreamID) throws(HTTP2Failure) -> StreamState {
        if let failure { throw failure }
        guard let state = streams[id] else {
            throw HTTP2Failure(.streamClosed, "stream \(id) is closed")
        }
        return state
    }

    private func sending(_ id: HTTP2StreamID) throws(HTTP2Failure) -> StreamState {
        let state = try stream(id)
        guard state.sendsBody, !state.outputEnds else {
            throw HTTP2Failure(.streamClosed, "this side of stream \(id) has ended")
        }
        return state
    }

    private func resume(_ id: HTTP2StreamID, _ state: StreamState) {
        guard state.isDeferred else { return }
        state.isDeferred = false
        nghttp2_session_resume_data(session, id)
    }

    /// Gives credit back an eighth at a time where the way is long.
    ///
    /// nghttp2 gives it back once half of it was consumed. Where bytes come in bursts, one a round trip, nearly half of the
    /// credit could then wait for the next burst for ever: the peer had half of it to send with.
    private func giveBackEarly(_ id: HTTP2StreamID, _ state: StreamState) {
        let owed = Int(nghttp2_session_get_stream_effective_recv_data_length(session, id)) - state.heldBytes
        guard owed >= state.windowBytes / 8, !state.peerEnded else { return }
        nghttp2_submit_window_update(session, UInt8(NGHTTP2_FLAG_NONE.rawValue), id, Int32(owed))
    }

    private func grow(_ id: HTTP2StreamID, _ state: StreamState, _ roundTripMilliseconds: Int64) {
        state.consumedBytes = 0
        // Who needs two round trips for all its credit at most waits for credit, not for bytes.
        let isFar =
            roundTripMilliseconds >= limits.farMilliseconds
            && nowMilliseconds - state.countedFrom <= 2 * roundTripMilliseconds
        state.countedFrom = nowMilliseconds
        state.isFar = isFar
        let most = isFar ? limits.wideWindowBytes : limits.lastWindowBytes
        guard state.windowBytes < most else { return }
        let left = min(
            max(nearBytesLeft(for: state), isFar ? limits.bufferedBytes - windowBytes : 0),
            budget.map { $0.limitBytes - $0.windowBytes } ?? .max)
        let grown = min(state.windowBytes * 2, most, state.windowBytes + max(0, left))
        guard grown > state.windowBytes else { return }
        let status = nghttp2_session_set_local_window_size(
            session, UInt8(NGHTTP2_FLAG_NONE.rawValue), id, Int32(grown))
        guard status == 0 else { return }
        windowBytes += grown - state.windowBytes
        state.windowBytes = grown
    }

    /// What a stream whose reader has taken everything may get of the credit beyond the first.
    ///
    /// First credit that others do not use is no memory, so it takes nothing away; what was given beyond it may be used.
    private func nearBytesLeft(for state: StreamState) -> Int {
        let first = limits.firstWindowBytes
        let given = windowBytes - streams.count * first
        let kept = state.takenBytes >= limits.steadyBytes ? 0 : limits.keptBytes
        let left = limits.nearBytes - kept - given
        guard left > 0 else { return 0 }
        let used = streams.values.reduce(first) { $0 + min($1.heldBytes, first) }
        return min(left, limits.bufferedBytes - given - used)
    }

    /// nghttp2 copies names and values while it takes them.
    static func withFields<Result>(
        _ fields: [HTTP2Field], _ body: (UnsafePointer<nghttp2_nv>?, Int) -> Result
    ) -> Result {
        var text: [UInt8] = []
        var ends: [Int] = []
        for field in fields {
            text += field.name.utf8
            ends.append(text.count)
            text += field.value.utf8
            ends.append(text.count)
        }
        text.append(0)
        return text.withUnsafeMutableBufferPointer { bytes in
            var values: [nghttp2_nv] = []
            var start = 0
            for index in fields.indices {
                let (middle, end) = (ends[2 * index], ends[2 * index + 1])
                values.append(
                    nghttp2_nv(
                        name: bytes.baseAddress?.advanced(by: start),
                        value: bytes.baseAddress?.advanced(by: middle), namelen: middle - start,
                        valuelen: end - middle, flags: UInt8(NGHTTP2_NV_FLAG_NONE.rawValue)))
                start = end
            }
            return body(values, values.count)
        }
    }
}
