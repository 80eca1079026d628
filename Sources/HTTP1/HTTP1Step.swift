public import Model

/// What one step of a decoder found.
public enum HTTP1Step<Head: Sendable>: Sendable {
    /// All input is consumed; nothing is complete yet.
    case needsMore
    /// A head; the rest of its message follows.
    case head(Head)
    /// A piece of the body: positions in the input of this very call.
    case body(Range<Int>)
    /// The message is complete, with the trailers of a chunked body.
    case end(trailers: HTTPHeaders)
}
