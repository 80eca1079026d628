/// A pause that doubles up to a bound; jitter comes from the caller's number.
struct RetryPause: Sendable {
    private let first: Int64
    private let most: Int64
    private var current: Int64

    init(firstMilliseconds: Int64, maxMilliseconds: Int64) {
        first = firstMilliseconds
        most = max(firstMilliseconds, maxMilliseconds)
        current = first
    }

    /// Makes the next pause at least that long, within the bound.
    mutating func lengthen(toMilliseconds milliseconds: Int64) {
        current = max(current, min(most, milliseconds))
    }

    /// The next pause: between half of it and all of it, by the random number.
    mutating func next(random: UInt64) -> Int64 {
        let pause = current
        current = min(most, current * 2)
        return pause / 2 + Int64(random % UInt64(max(1, pause / 2 + 1)))
    }

    mutating func reset() { current = first }
}
