/// What the fields of a head say about framing and the connection, noted while they are scanned.
struct FieldNotes {
    /// The length, when there is exactly one `Content-Length`.
    var contentLength: Int?
    /// True after a `Transfer-Encoding` of just `chunked`.
    var isChunked = false
    /// How many `Host` fields there were.
    var hostCount = 0
    /// `Connection: close`.
    var wantsClose = false
    /// `Connection: keep-alive`.
    var wantsKeepAlive = false
    /// `Connection: upgrade`.
    var connectionUpgrade = false
    /// An `Upgrade` field.
    var hasUpgrade = false
    /// `Expect: 100-continue`.
    var expectsContinue = false

    /// Looks at one field; everything but seven names passes at the price of a switch.
    @inline(__always)
    mutating func note(
        _ bytes: Span<UInt8>, name: Range<Int>, value: Range<Int>
    ) throws(HTTP1Failure) {
        switch name.count {
        case 4 where ByteScan.matches(bytes, name, "host"): try noteHost(bytes, value)
        case 6 where ByteScan.matches(bytes, name, "expect"): try noteExpect(bytes, value)
        case 7 where ByteScan.matches(bytes, name, "upgrade"): hasUpgrade = true
        case 10 where ByteScan.matches(bytes, name, "connection"): noteConnection(bytes, value)
        case 14 where ByteScan.matches(bytes, name, "content-length"): try noteLength(bytes, value)
        case 17 where ByteScan.matches(bytes, name, "transfer-encoding"): try noteCoding(bytes, value)
        default: break
        }
    }

    private mutating func noteHost(_ bytes: Span<UInt8>, _ value: Range<Int>) throws(HTTP1Failure) {
        hostCount += 1
        guard hostCount == 1 else { throw HTTP1Failure(.malformedHost, "Host occurs more than once") }
        for at in value where !Self.isHostByte(bytes[at]) {
            throw HTTP1Failure(.malformedHost, "Host contains a character that no host has")
        }
    }

    private mutating func noteExpect(_ bytes: Span<UInt8>, _ value: Range<Int>) throws(HTTP1Failure) {
        guard ByteScan.matches(bytes, value, "100-continue") else {
            throw HTTP1Failure(.unsupportedExpectation, "the only expectation known is 100-continue")
        }
        expectsContinue = true
    }

    private mutating func noteConnection(_ bytes: Span<UInt8>, _ value: Range<Int>) {
        ByteScan.eachMember(bytes, value) { member in
            if ByteScan.matches(bytes, member, "close") { wantsClose = true }
            if ByteScan.matches(bytes, member, "keep-alive") { wantsKeepAlive = true }
            if ByteScan.matches(bytes, member, "upgrade") { connectionUpgrade = true }
        }
    }

    private mutating func noteLength(_ bytes: Span<UInt8>, _ value: Range<Int>) throws(HTTP1Failure) {
        guard contentLength == nil else {
            throw HTTP1Failure(.ambiguousFraming, "Content-Length occurs more than once")
        }
        guard !value.isEmpty, value.count <= HTTP1Limits.contentLengthDigits else {
            throw HTTP1Failure(.malformedContentLength, "Content-Length is empty or too large")
        }
        var length = 0
        for at in value {
            let digit = bytes[at] &- 0x30
            guard digit < 10 else {
                throw HTTP1Failure(.malformedContentLength, "Content-Length is not a plain number")
            }
            length = length &* 10 &+ Int(digit)
        }
        contentLength = length
    }

    private mutating func noteCoding(_ bytes: Span<UInt8>, _ value: Range<Int>) throws(HTTP1Failure) {
        guard !isChunked else {
            throw HTTP1Failure(.ambiguousFraming, "Transfer-Encoding occurs more than once")
        }
        guard ByteScan.matches(bytes, value, "chunked") else {
            throw HTTP1Failure(.unsupportedTransferCoding, "the only transfer coding known is chunked")
        }
        isChunked = true
    }

    /// Letters, digits and what RFC 3986 allows in `host [":" port]`.
    private static func isHostByte(_ byte: UInt8) -> Bool {
        if (byte | 0x20) &- 0x61 < 26 || byte &- 0x30 < 10 { return true }
        switch byte {
        case 0x21, 0x24...0x2E, 0x3A, 0x3B, 0x3D, 0x5B, 0x5D, 0x5F, 0x7E: return byte != 0x2C
        default: return false
        }
    }
}
