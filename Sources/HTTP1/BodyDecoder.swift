import Model

/// Finds the end of one body, however it is framed.
struct BodyDecoder {
    private enum Phase {
        case complete
        case counted(remaining: Int)
        case chunked
        case untilClose(received: Int)
    }

    private var phase: Phase
    private var chunks: ChunkDecoder?

    init(_ framing: BodyFraming) {
        switch framing {
        case .none: phase = .complete
        case .length(let length): phase = length == 0 ? .complete : .counted(remaining: length)
        case .chunked:
            phase = .chunked
            chunks = ChunkDecoder()
        case .untilClose: phase = .untilClose(received: 0)
        }
    }

    /// True when the peer's close ends this body properly.
    var endsWithClose: Bool {
        if case .untilClose = phase { true } else { false }
    }

    mutating func step(
        _ input: Span<UInt8>, _ offset: inout Int, _ limits: HTTP1Limits
    ) throws(HTTP1Failure) -> ChunkDecoder.Step {
        switch phase {
        case .complete: return .end(HTTPHeaders())
        case .counted(let remaining):
            try check(remaining, limits)
            guard let piece = Self.take(input, &offset, atMost: remaining) else { return .needsMore }
            phase = piece.count == remaining ? .complete : .counted(remaining: remaining - piece.count)
            return .body(piece)
        case .untilClose(let received):
            guard let piece = Self.take(input, &offset, atMost: .max) else { return .needsMore }
            try check(received + piece.count, limits)
            phase = .untilClose(received: received + piece.count)
            return .body(piece)
        case .chunked:
            guard let step = try chunks?.step(input, &offset, limits) else { return .needsMore }
            return step
        }
    }

    private func check(_ bytes: Int, _ limits: HTTP1Limits) throws(HTTP1Failure) {
        guard bytes <= limits.bodyBytes else {
            throw HTTP1Failure(.bodyTooLarge, "the body is longer than \(limits.bodyBytes) bytes")
        }
    }

    private static func take(_ input: Span<UInt8>, _ offset: inout Int, atMost most: Int) -> Range<Int>? {
        guard offset < input.count else { return nil }
        let piece = offset..<offset + min(most, input.count - offset)
        offset = piece.upperBound
        return piece
    }
}
