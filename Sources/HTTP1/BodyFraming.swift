/// How the end of a body is found (RFC 9112 §6.3).
public enum BodyFraming: Hashable, Sendable {
    /// There is none.
    case none
    /// That many bytes.
    case length(Int)
    /// Chunks, then an optional trailer section.
    case chunked
    /// Everything until the peer closes; responses only.
    case untilClose
}
