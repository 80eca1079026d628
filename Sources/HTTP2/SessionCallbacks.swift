internal import CNghttp2

/// Puts what nghttp2 reports into the session's records; nothing is done from inside.
enum SessionCallbacks {
    static func install(_ callbacks: OpaquePointer) {
        nghttp2_session_callbacks_set_on_begin_headers_callback(callbacks, headersBegan)
        nghttp2_session_callbacks_set_on_header_callback(callbacks, fieldArrived)
        nghttp2_session_callbacks_set_on_frame_recv_callback(callbacks, frameArrived)
        nghttp2_session_callbacks_set_on_data_chunk_recv_callback(callbacks, bytesArrived)
        nghttp2_session_callbacks_set_on_stream_close_callback(callbacks, streamClosed)
        nghttp2_session_callbacks_set_send_data_callback(callbacks, bytesLeave)
        nghttp2_session_callbacks_set_data_source_read_length_callback(callbacks, frameLength)
    }
}

extension HTTP2Session {
    fileprivate static func of(_ user: UnsafeMutableRawPointer?) -> HTTP2Session? {
        user.map { Unmanaged<HTTP2Session>.fromOpaque($0).takeUnretainedValue() }
    }

    fileprivate func headersBegan(_ id: HTTP2StreamID, isRequest: Bool) {
        guard isRequest else {
            streams[id]?.fields = []
            streams[id]?.fieldBytes = 0
            return
        }
        if isFull || isGoingAway {
            refusedStreams += 1
            return refused.append(id)
        }
        begin(id)
    }

    /// False when the block has become too large.
    fileprivate func fieldArrived(_ id: HTTP2StreamID, _ name: String, _ value: String) -> Bool {
        guard let state = streams[id] else { return true }
        state.fieldBytes += name.utf8.count + value.utf8.count + 32
        guard state.fieldBytes <= limits.headerBytes else { return false }
        state.fields.append(HTTP2Field(name, value))
        return true
    }

    fileprivate func headersEnded(_ id: HTTP2StreamID, _ category: Int32) {
        guard let state = streams[id] else { return }
        let fields = state.fields
        state.fields = []
        state.fieldBytes = 0
        if category == NGHTTP2_HCAT_REQUEST.rawValue {
            events.append(.request(id, fields))
        } else if let status = fields[":status"] {
            // 1xx answers announce another one.
            if status.utf8.first != UInt8(ascii: "1") { events.append(.response(id, fields)) }
        } else {
            events.append(.trailers(id, fields))
        }
    }

    fileprivate func peerEnded(_ id: HTTP2StreamID) {
        guard let state = streams[id] else { return }
        state.peerEnded = true
        events.append(.ended(id))
    }

    /// A reset costs its sender nothing when nothing had come of the stream: a request that was answered is no idle one,
    /// and what a client opened itself cannot be reset more often than that.
    fileprivate func resetArrived(_ id: HTTP2StreamID) {
        if let state = streams[id], role == .client || state.isAnswered { return }
        flood.sawIdleFrame()
    }

    fileprivate func bytesArrived(_ id: HTTP2StreamID, _ bytes: UnsafeBufferPointer<UInt8>) {
        receivedBytes += bytes.count
        guard let state = streams[id] else { return }
        state.heldBytes += bytes.count
        heldBytes += bytes.count
        guard let base = bytes.baseAddress, let inputStart else { return }
        let start = UnsafeRawPointer(base) - inputStart
        events.append(.piece(id, start..<start + bytes.count))
    }

    fileprivate func streamClosed(_ id: HTTP2StreamID, _ code: UInt32) {
        guard streams[id] != nil else { return }
        end(id)
        events.append(.closed(id, HTTP2Code(code: code)))
    }

    fileprivate func wentAway(_ code: UInt32) {
        isGoingAway = true
        events.append(.goingAway(HTTP2Code(code: code)))
    }

    /// Says how many bytes of a body go into the next frame, and what its flags shall be.
    fileprivate func bytesWanted(_ id: HTTP2StreamID, _ most: Int, _ flags: inout UInt32) -> Int {
        guard let state = streams[id] else {
            return Int(NGHTTP2_ERR_TEMPORAL_CALLBACK_FAILURE.rawValue)
        }
        let count = min(most, state.waitingBytes)
        // The bytes are not copied into a frame of nghttp2's: `bytesLeave` puts them into the output.
        if count > 0 { flags |= NGHTTP2_DATA_FLAG_NO_COPY.rawValue }
        guard state.outputEnds, state.waitingBytes == count else {
            if count == 0 { state.isDeferred = true }
            return count > 0 ? count : Int(NGHTTP2_ERR_DEFERRED.rawValue)
        }
        flags |= NGHTTP2_DATA_FLAG_EOF.rawValue
        if let trailers = state.trailers {
            state.trailers = nil
            flags |= NGHTTP2_DATA_FLAG_NO_END_STREAM.rawValue
            _ = Self.withFields(trailers) { nghttp2_submit_trailer(session, id, $0, $1) }
        }
        return count
    }
}

extension HTTP2Session {
    /// Puts a frame's head and its bytes into the output.
    fileprivate func bytesLeave(_ id: HTTP2StreamID, _ head: UnsafeRawBufferPointer, _ count: Int) -> Int32 {
        guard gathered.count < gatheredEnd else { return Int32(NGHTTP2_ERR_WOULDBLOCK.rawValue) }
        // A stream that was reset meanwhile has none left.
        guard let state = streams[id], state.waitingBytes >= count else {
            return Int32(NGHTTP2_ERR_TEMPORAL_CALLBACK_FAILURE.rawValue)
        }
        gathered.append(contentsOf: head)
        state.take(count, into: &gathered)
        outputBytes -= count
        relieved.append(id)
        return 0
    }
}

private func text(_ bytes: UnsafePointer<UInt8>?, _ count: Int) -> String {
    String(decoding: UnsafeBufferPointer(start: bytes, count: count), as: UTF8.self)
}

private func headersBegan(
    _ session: OpaquePointer?, _ frame: UnsafePointer<nghttp2_frame>?, _ user: UnsafeMutableRawPointer?
) -> Int32 {
    guard let frame, let own = HTTP2Session.of(user) else { return 0 }
    let isRequest = cnghttp2_headers_category(frame) == NGHTTP2_HCAT_REQUEST.rawValue
    own.headersBegan(frame.pointee.hd.stream_id, isRequest: isRequest)
    return 0
}

private func fieldArrived(
    _ session: OpaquePointer?, _ frame: UnsafePointer<nghttp2_frame>?, _ name: UnsafePointer<UInt8>?,
    _ nameCount: Int, _ value: UnsafePointer<UInt8>?, _ valueCount: Int, _ flags: UInt8,
    _ user: UnsafeMutableRawPointer?
) -> Int32 {
    guard let frame, let own = HTTP2Session.of(user) else { return 0 }
    let fits = own.fieldArrived(frame.pointee.hd.stream_id, text(name, nameCount), text(value, valueCount))
    return fits ? 0 : Int32(NGHTTP2_ERR_TEMPORAL_CALLBACK_FAILURE.rawValue)
}

private func frameArrived(
    _ session: OpaquePointer?, _ frame: UnsafePointer<nghttp2_frame>?, _ user: UnsafeMutableRawPointer?
) -> Int32 {
    guard let frame, let own = HTTP2Session.of(user) else { return 0 }
    let head = frame.pointee.hd
    let ends = head.flags & UInt8(NGHTTP2_FLAG_END_STREAM.rawValue) != 0
    let acknowledges = head.flags & UInt8(NGHTTP2_FLAG_ACK.rawValue) != 0
    switch UInt32(head.type) {
    case NGHTTP2_HEADERS.rawValue:
        own.headersEnded(head.stream_id, cnghttp2_headers_category(frame))
        if ends { own.peerEnded(head.stream_id) }
    case NGHTTP2_DATA.rawValue:
        if ends { own.peerEnded(head.stream_id) } else if head.length == 0 { own.flood.sawIdleFrame() }
    case NGHTTP2_PING.rawValue where acknowledges: own.events.append(.pong(cnghttp2_ping_word(frame)))
    case NGHTTP2_SETTINGS.rawValue where acknowledges: own.settingsAreTaken = true
    case NGHTTP2_PING.rawValue:
        own.flood.sawIdleFrame()
        own.events.append(.ping)
    case NGHTTP2_RST_STREAM.rawValue: own.resetArrived(head.stream_id)
    case NGHTTP2_SETTINGS.rawValue, NGHTTP2_PRIORITY.rawValue: own.flood.sawIdleFrame()
    case NGHTTP2_WINDOW_UPDATE.rawValue: own.flood.sawWindowFrame()
    case NGHTTP2_GOAWAY.rawValue: own.wentAway(cnghttp2_goaway_code(frame))
    default: break
    }
    return 0
}

private func bytesArrived(
    _ session: OpaquePointer?, _ flags: UInt8, _ id: Int32, _ bytes: UnsafePointer<UInt8>?, _ count: Int,
    _ user: UnsafeMutableRawPointer?
) -> Int32 {
    HTTP2Session.of(user)?.bytesArrived(id, UnsafeBufferPointer(start: bytes, count: count))
    return 0
}

private func streamClosed(
    _ session: OpaquePointer?, _ id: Int32, _ code: UInt32, _ user: UnsafeMutableRawPointer?
) -> Int32 {
    HTTP2Session.of(user)?.streamClosed(id, code)
    return 0
}

func bytesWanted(
    _ session: OpaquePointer?, _ id: Int32, _ buffer: UnsafeMutablePointer<UInt8>?, _ length: Int,
    _ flags: UnsafeMutablePointer<UInt32>?, _ source: UnsafeMutablePointer<nghttp2_data_source>?,
    _ user: UnsafeMutableRawPointer?
) -> Int {
    guard let own = HTTP2Session.of(user), let flags else {
        return Int(NGHTTP2_ERR_CALLBACK_FAILURE.rawValue)
    }
    return own.bytesWanted(id, length, &flags.pointee)
}

private func bytesLeave(
    _ session: OpaquePointer?, _ frame: UnsafeMutablePointer<nghttp2_frame>?,
    _ head: UnsafePointer<UInt8>?, _ length: Int, _ source: UnsafeMutablePointer<nghttp2_data_source>?,
    _ user: UnsafeMutableRawPointer?
) -> Int32 {
    guard let frame, let own = HTTP2Session.of(user) else {
        return Int32(NGHTTP2_ERR_CALLBACK_FAILURE.rawValue)
    }
    return own.bytesLeave(
        frame.pointee.hd.stream_id, UnsafeRawBufferPointer(start: head, count: HTTP2Limits.frameHeadBytes),
        length)
}

private func frameLength(
    _ session: OpaquePointer?, _ type: UInt8, _ id: Int32, _ sessionCredit: Int32, _ streamCredit: Int32,
    _ most: UInt32, _ user: UnsafeMutableRawPointer?
) -> Int {
    guard let own = HTTP2Session.of(user) else { return Int(NGHTTP2_ERR_CALLBACK_FAILURE.rawValue) }
    return min(own.limits.frameBytes, Int(most))
}
