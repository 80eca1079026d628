import Model

/// One pass over the bytes of a request head.
enum RequestHeadParser {
    /// What a complete head gave, and where it ended.
    struct Parsed {
        let request: HTTP1Request
        let end: Int
    }

    /// Parses from position 0 of the span; nil while the head is incomplete.
    ///
    /// A fault in a line whose line feed has not come yet is not reported, so that the answer does not depend on
    /// how the bytes were split.
    static func parse(_ bytes: Span<UInt8>, _ limits: HTTP1Limits) throws(HTTP1Failure) -> Parsed? {
        var scanner = FieldScanner()
        do throws(HTTP1Failure) {
            return try parse(bytes, limits, &scanner)
        } catch {
            guard ByteScan.hasLineFeed(bytes, from: scanner.lineStart) else { return nil }
            throw error
        }
    }

    private static func parse(
        _ bytes: Span<UInt8>, _ limits: HTTP1Limits, _ scanner: inout FieldScanner
    ) throws(HTTP1Failure) -> Parsed? {
        var at = 0
        if bytes.count > 0, bytes[0] == ByteScan.carriageReturn {
            // One empty line before a request is ignored (RFC 9112 §2.2).
            guard let next = try FieldScanner.endOfLine(bytes, 0) else { return nil }
            at = next
            scanner.lineStart = at
        }
        guard let line = try startLine(bytes, at, limits) else { return nil }
        guard let end = try scanner.scan(bytes, from: line.next, fieldCount: limits.fieldCount) else {
            return nil
        }
        // From here the whole head is there.
        let notes = scanner.notes
        if line.version == .http11, notes.hostCount == 0 {
            throw HTTP1Failure(.malformedHost, "Host is missing")
        }
        let framing = try framing(notes, line.version)
        let headers = HTTPHeaders(block: ByteScan.copy(bytes, 0..<end), fields: scanner.fields)
        let head = HTTPRequestHead(
            method: line.method, target: ByteScan.text(bytes, line.target), version: line.version,
            headers: headers)
        let keepsAlive = !notes.wantsClose && (line.version == .http11 || notes.wantsKeepAlive)
        let request = HTTP1Request(
            head: head, framing: framing, keepsAlive: keepsAlive,
            expectsContinue: notes.expectsContinue && line.version == .http11 && framing != .none,
            offersUpgrade: line.version == .http11
                && (notes.hasUpgrade && notes.connectionUpgrade || line.method == .connect))
        return Parsed(request: request, end: end)
    }

    private struct StartLine {
        let method: HTTPMethod
        let target: Range<Int>
        let version: HTTPVersion
        let next: Int
    }

    private static func startLine(
        _ bytes: Span<UInt8>, _ start: Int, _ limits: HTTP1Limits
    ) throws(HTTP1Failure) -> StartLine? {
        let count = bytes.count
        var at = start
        while at < count, HTTPToken.isTokenByte(bytes[at]) { at &+= 1 }
        let methodRange = start..<at
        guard methodRange.count <= HTTP1Limits.methodBytes else {
            throw HTTP1Failure(.malformedStartLine, "the method's name is too long")
        }
        guard at < count else { return nil }
        guard bytes[at] == ByteScan.space, at > start else { throw badStartLine(bytes[at]) }
        let targetStart = at &+ 1
        at = ByteScan.endOfVisible(bytes, from: targetStart)
        guard at &- targetStart <= limits.targetBytes else {
            throw HTTP1Failure(
                .targetTooLong, "the request target is longer than \(limits.targetBytes) bytes")
        }
        guard at < count else { return nil }
        guard bytes[at] == ByteScan.space, at > targetStart else { throw badStartLine(bytes[at]) }
        let target = targetStart..<at
        guard let (version, next) = try version(bytes, at &+ 1) else { return nil }
        let method = method(bytes, methodRange)
        try checkTarget(bytes, target, method)
        return StartLine(method: method, target: target, version: version, next: next)
    }

    private static func badStartLine(_ byte: UInt8) -> HTTP1Failure {
        byte == ByteScan.lineFeed
            ? FieldScanner.badControl(byte)
            : HTTP1Failure(.malformedStartLine, "the first line is not 'METHOD target HTTP/1.1'")
    }

    private static func version(
        _ bytes: Span<UInt8>, _ start: Int
    ) throws(HTTP1Failure) -> (HTTPVersion, Int)? {
        for at in 0..<8 {
            guard start &+ at < bytes.count else { return nil }
            let byte = bytes[start &+ at]
            guard byte != ByteScan.lineFeed else { throw FieldScanner.badControl(byte) }
            guard isVersionByte(byte, at) else {
                throw HTTP1Failure(.malformedStartLine, "the first line does not end with HTTP/1.1")
            }
        }
        guard start &+ 8 < bytes.count else { return nil }
        guard let next = try FieldScanner.endOfLine(bytes, start &+ 8) else { return nil }
        guard bytes[start &+ 5] == 0x31, bytes[start &+ 7] &- 0x30 < 2 else {
            throw HTTP1Failure(.unsupportedVersion, "only HTTP/1.0 and HTTP/1.1 are spoken here")
        }
        return (bytes[start &+ 7] == 0x31 ? .http11 : .http10, next)
    }

    /// `HTTP/`, a digit, a dot, a digit.
    @inline(__always)
    private static func isVersionByte(_ byte: UInt8, _ position: Int) -> Bool {
        switch position {
        case 0: byte == 0x48
        case 1, 2: byte == 0x54
        case 3: byte == 0x50
        case 4: byte == 0x2F
        case 6: byte == 0x2E
        default: byte &- 0x30 < 10
        }
    }

    private static func method(_ bytes: Span<UInt8>, _ range: Range<Int>) -> HTTPMethod {
        // Names are case-sensitive; the first letters decide before any text is made.
        if range.count == 3, bytes[range.lowerBound] == 0x47, bytes[range.lowerBound &+ 1] == 0x45,
            bytes[range.lowerBound &+ 2] == 0x54
        {
            return .get
        }
        return HTTPMethod(ByteScan.text(bytes, range))
    }

    /// Each method takes one form of target (RFC 9112 §3.2).
    private static func checkTarget(
        _ bytes: Span<UInt8>, _ target: Range<Int>, _ method: HTTPMethod
    ) throws(HTTP1Failure) {
        for at in target where bytes[at] == 0x23 {
            throw HTTP1Failure(.malformedTarget, "a fragment in the request target")
        }
        let first = bytes[target.lowerBound]
        if method == .connect {
            guard isAuthority(bytes, target) else {
                throw HTTP1Failure(.malformedTarget, "CONNECT takes host:port")
            }
            return
        }
        if first == 0x2F { return }
        if target.count == 1, first == 0x2A, method == .options { return }
        guard isAbsolute(bytes, target) else {
            throw HTTP1Failure(.malformedTarget, "the request target is neither a path nor an http URL")
        }
    }

    private static func isAuthority(_ bytes: Span<UInt8>, _ range: Range<Int>) -> Bool {
        var at = range.upperBound
        var digits = 0
        while at > range.lowerBound, bytes[at &- 1] &- 0x30 < 10 {
            at &-= 1
            digits += 1
        }
        guard (1...5).contains(digits), at > range.lowerBound &+ 1, bytes[at &- 1] == ByteScan.colon else {
            return false
        }
        for position in range
        where bytes[position] == 0x2F || bytes[position] == 0x40 || bytes[position] == 0x3F {
            return false
        }
        return true
    }

    private static func isAbsolute(_ bytes: Span<UInt8>, _ range: Range<Int>) -> Bool {
        let low = range.lowerBound
        let isPlain = range.count > 7 && ByteScan.matches(bytes, low..<low &+ 7, "http://")
        let isSecure = range.count > 8 && ByteScan.matches(bytes, low..<low &+ 8, "https://")
        guard isPlain || isSecure else { return false }
        let first = bytes[low &+ (isPlain ? 7 : 8)]
        return first != 0x2F && first != 0x3F
    }

    private static func framing(_ notes: FieldNotes, _ version: HTTPVersion) throws(HTTP1Failure)
        -> BodyFraming
    {
        if notes.isChunked {
            guard notes.contentLength == nil else {
                throw HTTP1Failure(.ambiguousFraming, "both Content-Length and Transfer-Encoding")
            }
            guard version == .http11 else {
                throw HTTP1Failure(.ambiguousFraming, "Transfer-Encoding in an HTTP/1.0 message")
            }
            return .chunked
        }
        guard let length = notes.contentLength, length > 0 else { return .none }
        return .length(length)
    }
}
