/// How long an agent waits before it opens a tunnel again: full jitter over a bound that doubles.
public struct ReconnectPause: Sendable {
    /// The first bound.
    public static let firstMilliseconds: Int64 = 500
    /// The last bound, unless another is chosen.
    public static let lastMilliseconds: Int64 = 30_000
    /// A session that lasted so long makes everything forgotten.
    public static let goodMilliseconds: Int64 = 60_000

    private let last: Int64
    private var bound: Int64

    /// A pause after nothing has failed, and its longest bound.
    public init(lastMilliseconds: Int64 = Self.lastMilliseconds) {
        last = lastMilliseconds
        bound = min(Self.firstMilliseconds, last)
    }

    /// The next pause.
    ///
    /// - Parameters:
    ///   - lasted: How long the session that has ended had lasted; 0 where none was opened.
    ///   - asked: What the server asked for, which wins.
    ///   - random: Any number.
    /// - Returns: Milliseconds.
    public mutating func next(lasted: Int64, asked: Int64?, random: UInt64) -> Int64 {
        if lasted >= Self.goodMilliseconds { bound = min(Self.firstMilliseconds, last) }
        let own = Int64(random % UInt64(bound + 1))
        bound = min(bound * 2, last)
        return asked ?? own
    }
}
