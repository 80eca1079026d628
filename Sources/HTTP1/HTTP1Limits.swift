/// Every bound the codec keeps; what passes one is refused, nothing is cut.
public struct HTTP1Limits: Sendable {
    /// Start line, fields and the empty line together.
    public var headBytes = 16_384
    /// The request target.
    public var targetBytes = 8_192
    /// Fields of one head, and of one trailer section.
    public var fieldCount = 100
    /// Extensions of all chunks of one message together; nobody uses them, so they must not feed a reader forever.
    public var chunkExtensionBytes = 4_096
    /// The trailer section of a chunked message.
    public var trailerBytes = 4_096
    /// The decoded body; a server lowers or raises it once the route is known (`limitBody`).
    public var bodyBytes = 1_048_576

    /// The longest method name.
    static let methodBytes = 32
    /// Hexadecimal digits of a chunk size: 60 bits, so the sum cannot overflow.
    static let chunkSizeDigits = 15
    /// Decimal digits of a content length: below 2^63.
    static let contentLengthDigits = 18

    /// The defaults.
    public init() {}
}
