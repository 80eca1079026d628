import Model

/// Takes the chunked coding off, byte by byte where the grammar is and in one piece where the data is.
struct ChunkDecoder {
    private enum Phase {
        case size(value: Int, digits: Int)
        case extensions(value: Int)
        case sizeLineFeed(value: Int)
        case data(remaining: Int)
        case dataCarriageReturn
        case dataLineFeed
        case trailers
    }

    /// What a step gave.
    enum Step {
        case needsMore
        case body(Range<Int>)
        case end(HTTPHeaders)
    }

    private var phase = Phase.size(value: 0, digits: 0)
    private var extensionBytes = 0
    private var trailerBytes: [UInt8] = []
    private var received = 0

    /// Goes on from `offset`, which it moves past what it consumed.
    mutating func step(
        _ input: Span<UInt8>, _ offset: inout Int, _ limits: HTTP1Limits
    ) throws(HTTP1Failure) -> Step {
        while offset < input.count {
            if case .data(let remaining) = phase {
                let piece = offset..<offset + min(remaining, input.count - offset)
                offset = piece.upperBound
                phase =
                    piece.count == remaining ? .dataCarriageReturn : .data(remaining: remaining - piece.count)
                return .body(piece)
            }
            let byte = input[offset]
            offset += 1
            if case .trailers = phase {
                if let trailers = try trailerByte(byte, limits) { return .end(trailers) }
            } else {
                try framingByte(byte, limits)
            }
        }
        return .needsMore
    }

    private mutating func framingByte(_ byte: UInt8, _ limits: HTTP1Limits) throws(HTTP1Failure) {
        switch phase {
        case .size(let value, let digits): try sizeByte(byte, value, digits)
        case .extensions(let value): try extensionByte(byte, value, limits)
        case .sizeLineFeed(let value):
            guard byte == ByteScan.lineFeed else { throw bad("a chunk size line ends without CR LF") }
            try sizeComplete(value, limits)
        case .dataCarriageReturn:
            guard byte == ByteScan.carriageReturn else { throw bad("a chunk is longer than its size") }
            phase = .dataLineFeed
        case .dataLineFeed:
            guard byte == ByteScan.lineFeed else { throw bad("a chunk ends without CR LF") }
            phase = .size(value: 0, digits: 0)
        case .data, .trailers: break
        }
    }

    private mutating func sizeByte(_ byte: UInt8, _ value: Int, _ digits: Int) throws(HTTP1Failure) {
        if let digit = Self.hexDigit(byte) {
            guard digits < HTTP1Limits.chunkSizeDigits else { throw bad("a chunk size has too many digits") }
            phase = .size(value: value << 4 | digit, digits: digits + 1)
            return
        }
        guard digits > 0 else { throw bad("a chunk without a size") }
        switch byte {
        case ByteScan.carriageReturn: phase = .sizeLineFeed(value: value)
        case 0x3B: phase = .extensions(value: value)
        default: throw bad("a chunk size is not a hexadecimal number")
        }
    }

    private mutating func extensionByte(
        _ byte: UInt8, _ value: Int, _ limits: HTTP1Limits
    ) throws(HTTP1Failure) {
        if byte == ByteScan.carriageReturn {
            phase = .sizeLineFeed(value: value)
            return
        }
        guard byte >= 32 && byte != 127 || byte == ByteScan.tab else {
            throw bad("a control character in a chunk extension")
        }
        extensionBytes += 1
        guard extensionBytes <= limits.chunkExtensionBytes else { throw bad("chunk extensions are too long") }
    }

    private mutating func sizeComplete(_ value: Int, _ limits: HTTP1Limits) throws(HTTP1Failure) {
        guard value <= limits.bodyBytes - received else {
            throw HTTP1Failure(.bodyTooLarge, "the body is longer than \(limits.bodyBytes) bytes")
        }
        received += value
        phase = value == 0 ? .trailers : .data(remaining: value)
    }

    /// Collects the trailer section and reads it whenever a line is complete.
    private mutating func trailerByte(_ byte: UInt8, _ limits: HTTP1Limits) throws(HTTP1Failure)
        -> HTTPHeaders?
    {
        trailerBytes.append(byte)
        guard trailerBytes.count <= limits.trailerBytes else {
            throw HTTP1Failure(
                .headTooLarge, "the trailer section is longer than \(limits.trailerBytes) bytes")
        }
        guard byte == ByteScan.lineFeed else { return nil }
        var scanner = FieldScanner()
        let end: Int?
        do {
            end = try scanner.scan(trailerBytes.span, from: 0, fieldCount: limits.fieldCount)
        } catch {
            throw HTTP1Failure(
                error.code == .tooManyFields ? .tooManyFields : .malformedTrailer, error.detail)
        }
        guard end != nil else { return nil }
        let trailers = HTTPHeaders(block: trailerBytes, fields: scanner.fields)
        for name in Self.forbidden where trailers.contains(name) {
            throw HTTP1Failure(.malformedTrailer, "\(name) in a trailer section")
        }
        return trailers
    }

    /// Fields that route, frame or authorize: a reader that merges trailers must never see them late.
    private static let forbidden = [
        "content-length", "transfer-encoding", "host", "connection", "upgrade", "expect", "authorization",
        "te",
        "trailer", "content-encoding", "content-type", "content-range", "cookie", "set-cookie",
    ]

    private func bad(_ detail: String) -> HTTP1Failure { HTTP1Failure(.malformedChunk, detail) }

    private static func hexDigit(_ byte: UInt8) -> Int? {
        if byte &- 0x30 < 10 { return Int(byte &- 0x30) }
        let lower = byte | 0x20
        return lower &- 0x61 < 6 ? Int(lower &- 0x57) : nil
    }
}
