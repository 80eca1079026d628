public import Model

/// Reads responses from bytes, however they are split; the client's side of the codec.
///
/// Say with `expect` which method each response answers. Informational responses (1xx but 101) come as a head and
/// an end of their own; the real one follows. Call `finish` when the peer has ended.
public struct HTTP1ResponseDecoder: Sendable {
    private enum Phase: Sendable {
        case head
        case body(BodyDecoder)
        case failed(HTTP1Failure)
    }

    private var phase = Phase.head
    private var collector = HeadCollector()
    private var limits: HTTP1Limits
    private var method: HTTPMethod

    /// Starts before the response to a request with that method.
    public init(method: HTTPMethod = .get, limits: HTTP1Limits = HTTP1Limits()) {
        self.method = method
        self.limits = limits
    }

    /// Names the method of the request that the next response answers.
    public mutating func expect(_ method: HTTPMethod) { self.method = method }

    /// Goes on from `offset`, which moves past what was consumed.
    public mutating func step(
        _ input: Span<UInt8>, from offset: inout Int
    ) throws(HTTP1Failure) -> HTTP1Step<HTTP1Response> {
        do throws(HTTP1Failure) {
            switch phase {
            case .head: return try headStep(input, &offset)
            case .body(let body): return try bodyStep(body, input, &offset)
            case .failed(let failure): throw failure
            }
        } catch {
            phase = .failed(error)
            throw error
        }
    }

    /// The peer has ended: true when that completes a body, false between messages, a failure inside one.
    public mutating func finish() throws(HTTP1Failure) -> Bool {
        switch phase {
        case .head where !collector.isCollecting: return false
        case .body(let body) where body.endsWithClose:
            phase = .head
            return true
        case .failed(let failure): throw failure
        default: throw HTTP1Failure(.truncated, "the connection ended in the middle of a response")
        }
    }

    private mutating func headStep(
        _ input: Span<UInt8>, _ offset: inout Int
    ) throws(HTTP1Failure) -> HTTP1Step<HTTP1Response> {
        guard offset < input.count else { return .needsMore }
        if !collector.isCollecting {
            let window = input.extracting(offset..<min(input.count, offset + limits.headBytes))
            if let parsed = try ResponseHeadParser.parse(window, method, limits) {
                offset += parsed.end
                return begin(parsed.response)
            }
        }
        guard collector.collect(input, &offset, limit: limits.headBytes) else { return .needsMore }
        if let parsed = try ResponseHeadParser.parse(collector.bytes.span, method, limits) {
            offset -= collector.finish(end: parsed.end)
            return begin(parsed.response)
        }
        guard collector.bytes.count < limits.headBytes else {
            throw HTTP1Failure(.headTooLarge, "the head is longer than \(limits.headBytes) bytes")
        }
        return .needsMore
    }

    private mutating func begin(_ response: HTTP1Response) -> HTTP1Step<HTTP1Response> {
        phase = .body(BodyDecoder(response.framing))
        return .head(response)
    }

    private mutating func bodyStep(
        _ current: BodyDecoder, _ input: Span<UInt8>, _ offset: inout Int
    ) throws(HTTP1Failure) -> HTTP1Step<HTTP1Response> {
        var body = current
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
}
