import Model

/// Reads requests from bytes, however they are split; the server's side of the codec.
///
/// Call `step` with the same input and offset until it answers `needsMore`; then all input is consumed. After
/// `end` the next request follows, or, when the caller has agreed to an upgrade, foreign bytes: stop calling and
/// take the input from the offset on. After a failure every further step fails alike.
public struct HTTP1RequestDecoder: Sendable {
    private enum Phase: Sendable {
        case head
        case body(BodyDecoder)
        case failed(HTTP1Failure)
    }

    private var phase = Phase.head
    private var collector = HeadCollector()
    private var limits: HTTP1Limits

    /// Starts at the beginning of a connection.
    public init(limits: HTTP1Limits = HTTP1Limits()) { self.limits = limits }

    /// True between two messages: nothing of the next head has come.
    public var isIdle: Bool {
        if case .head = phase { !collector.isCollecting } else { false }
    }

    /// Sets the largest body from here on; for the message whose head just came, and those after it.
    public mutating func limitBody(_ bytes: Int) { limits.bodyBytes = bytes }

    /// Goes on from `offset`, which moves past what was consumed.
    public mutating func step(
        _ input: Span<UInt8>, from offset: inout Int
    ) throws(HTTP1Failure) -> HTTP1Step<HTTP1Request> {
        do throws(HTTP1Failure) {
            switch phase {
            case .head: return try headStep(input, &offset)
            case .body: return try bodyStep(input, &offset)
            case .failed(let failure): throw failure
            }
        } catch {
            phase = .failed(error)
            throw error
        }
    }

    private mutating func headStep(
        _ input: Span<UInt8>, _ offset: inout Int
    ) throws(HTTP1Failure) -> HTTP1Step<HTTP1Request> {
        guard offset < input.count else { return .needsMore }
        if !collector.isCollecting {
            let window = input.extracting(offset..<min(input.count, offset + limits.headBytes))
            if let parsed = try RequestHeadParser.parse(window, limits) {
                offset += parsed.end
                return begin(parsed.request)
            }
        }
        guard collector.collect(input, &offset, limit: limits.headBytes) else { return .needsMore }
        if let parsed = try RequestHeadParser.parse(collector.bytes.span, limits) {
            offset -= collector.finish(end: parsed.end)
            return begin(parsed.request)
        }
        guard collector.bytes.count < limits.headBytes else { throw tooLarge() }
        return .needsMore
    }

    private mutating func begin(_ request: HTTP1Request) -> HTTP1Step<HTTP1Request> {
        phase = .body(BodyDecoder(request.framing))
        return .head(request)
    }

    private mutating func bodyStep(
        _ input: Span<UInt8>, _ offset: inout Int
    ) throws(HTTP1Failure) -> HTTP1Step<HTTP1Request> {
        guard case .body(var body) = phase else { return .needsMore }
        let step = try body.step(input, &offset, limits)
        phase = .body(body)
        switch step {
        case .needsMore: return .needsMore
        case .body(let piece): return .body(piece)
        case .end(let trailers):
            phase = .head
            return .end(trailers: trailers)
        }
    }

    private func tooLarge() -> HTTP1Failure {
        guard collector.bytes.contains(ByteScan.lineFeed) else {
            return HTTP1Failure(.targetTooLong, "the first line is longer than \(limits.headBytes) bytes")
        }
        return HTTP1Failure(.headTooLarge, "the head is longer than \(limits.headBytes) bytes")
    }
}
