import Model

/// One pass over the bytes of a response head.
enum ResponseHeadParser {
    struct Parsed {
        let response: HTTP1Response
        let end: Int
    }

    /// Parses from position 0 of the span; nil while the head is incomplete.
    ///
    /// `method` is the one of the request that is answered.
    static func parse(
        _ bytes: Span<UInt8>, _ method: HTTPMethod, _ limits: HTTP1Limits
    ) throws(HTTP1Failure) -> Parsed? {
        var scanner = FieldScanner()
        do throws(HTTP1Failure) {
            return try parse(bytes, method, limits, &scanner)
        } catch {
            guard ByteScan.hasLineFeed(bytes, from: scanner.lineStart) else { return nil }
            throw error
        }
    }

    private static func parse(
        _ bytes: Span<UInt8>, _ method: HTTPMethod, _ limits: HTTP1Limits, _ scanner: inout FieldScanner
    ) throws(HTTP1Failure) -> Parsed? {
        guard let line = try statusLine(bytes) else { return nil }
        guard let end = try scanner.scan(bytes, from: line.next, fieldCount: limits.fieldCount) else {
            return nil
        }
        let notes = scanner.notes
        let switches =
            line.status == .switchingProtocols || (method == .connect && line.status.isSuccess)
        let framing = switches ? .none : try framing(notes, line, method)
        let head = HTTPResponseHead(
            status: line.status, version: line.version,
            headers: HTTPHeaders(block: ByteScan.copy(bytes, 0..<end), fields: scanner.fields))
        let persists = !notes.wantsClose && (line.version == .http11 || notes.wantsKeepAlive)
        let response = HTTP1Response(
            head: head, framing: framing, keepsAlive: persists && framing != .untilClose && !switches,
            switchesProtocol: switches)
        return Parsed(response: response, end: end)
    }

    private struct StatusLine {
        let status: HTTPStatus
        let version: HTTPVersion
        let next: Int
    }

    /// `HTTP/1.1 200 phrase`; the phrase may be empty, the space before it may not be missing.
    private static func statusLine(_ bytes: Span<UInt8>) throws(HTTP1Failure) -> StatusLine? {
        for at in 0..<13 {
            guard at < bytes.count else { return nil }
            let byte = bytes[at]
            guard byte != ByteScan.lineFeed else { throw FieldScanner.badControl(byte) }
            guard isStatusByte(byte, at) else {
                throw HTTP1Failure(.malformedStartLine, "the first line is not 'HTTP/1.1 200 phrase'")
            }
        }
        let at = ByteScan.endOfText(bytes, from: 13)
        guard at < bytes.count, let next = try FieldScanner.endOfLine(bytes, at) else { return nil }
        guard bytes[5] == 0x31, bytes[7] &- 0x30 < 2 else {
            throw HTTP1Failure(.unsupportedVersion, "only HTTP/1.0 and HTTP/1.1 are spoken here")
        }
        let code = Int(bytes[9] &- 0x30) * 100 + Int(bytes[10] &- 0x30) * 10 + Int(bytes[11] &- 0x30)
        guard code >= 100 else { throw HTTP1Failure(.malformedStartLine, "a status below 100") }
        return StatusLine(status: HTTPStatus(code), version: bytes[7] == 0x31 ? .http11 : .http10, next: next)
    }

    private static func isStatusByte(_ byte: UInt8, _ position: Int) -> Bool {
        switch position {
        case 0: byte == 0x48
        case 1, 2: byte == 0x54
        case 3: byte == 0x50
        case 4: byte == 0x2F
        case 6: byte == 0x2E
        case 8, 12: byte == ByteScan.space
        default: byte &- 0x30 < 10
        }
    }

    private static func framing(
        _ notes: FieldNotes, _ line: StatusLine, _ method: HTTPMethod
    ) throws(HTTP1Failure) -> BodyFraming {
        if notes.isChunked, notes.contentLength != nil {
            throw HTTP1Failure(.ambiguousFraming, "both Content-Length and Transfer-Encoding")
        }
        if notes.isChunked, line.version == .http10 {
            throw HTTP1Failure(.ambiguousFraming, "Transfer-Encoding in an HTTP/1.0 message")
        }
        if method == .head || line.status.forbidsBody { return .none }
        if notes.isChunked { return .chunked }
        guard let length = notes.contentLength else { return .untilClose }
        return length == 0 ? .none : .length(length)
    }
}
