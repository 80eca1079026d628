internal import EventLoop

/// What a request carries behind its head.
public enum HTTPClientBody: Sendable {
    /// Gives the next piece of a streamed body, nil at its end; called again only when the last piece was sent.
    public typealias Source = @Sendable @LoopActor () async throws -> [UInt8]?

    /// Nothing.
    case none
    /// These bytes, with their length declared.
    case bytes([UInt8])
    /// Pieces asked for one after another; chunked when no length is declared. The source must not wait for ever.
    case stream(length: Int64?, Source)
}
