internal import CCurl
internal import EventLoop

/// What libcurl's callbacks record; nothing here calls libcurl or resumes a task.
extension CurlTransfer {
    /// A field line, with its line end.
    func headLineReceived(_ line: UnsafeRawBufferPointer) -> Int {
        active()
        switch collector.consume(line) {
        case .more: return line.count
        case .complete:
            if isStreamed { driver?.touched(self) }
            return line.count
        case .tooLarge:
            refusal = failure(.headTooLarge, "the response head exceeds \(HTTPClientLimits.headBytes) bytes")
        case .malformed:
            refusal = failure(.badResponse, "the response head is malformed")
        }
        return 0
    }

    /// A piece of the response body; a full buffer pauses the transfer and libcurl keeps the piece.
    func bodyReceived(_ bytes: UnsafeRawBufferPointer) -> Int {
        active()
        guard receivedTotal <= bodyLimit - bytes.count else {
            refusal = failure(.bodyTooLarge, "the response body exceeds \(bodyLimit) bytes")
            return 0
        }
        if isStreamed, received.count >= HTTPClientLimits.streamedBytesWaiting {
            receiveIsPaused = true
            return ccurl_write_pause()
        }
        received.append(contentsOf: bytes)
        receivedTotal += bytes.count
        if isStreamed { driver?.touched(self) }
        return bytes.count
    }

    /// Fills libcurl's send buffer.
    func bodyWanted(_ target: UnsafeMutableRawBufferPointer) -> Int {
        active()
        switch upload.fill(target) {
        case .bytes(let count): return count
        case .later:
            driver?.touched(self)
            return ccurl_read_pause()
        }
    }

    /// libcurl wants to send the body again on another connection.
    func rewindWanted(to offset: Int64, origin: Int32) -> Int32 {
        guard offset == 0, origin == SEEK_SET, request.mayResend, upload.rewind() else {
            return CURL_SEEKFUNC_FAIL
        }
        return CURL_SEEKFUNC_OK
    }

    private func active() { lastActivity = EventLoop.now }
}
