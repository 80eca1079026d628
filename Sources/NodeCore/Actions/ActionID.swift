/// Matches an action with its result; never used twice in one process.
public struct ActionID: Hashable, Sendable, Comparable, CustomStringConvertible {
    /// The number.
    public let number: UInt64

    /// Takes a number.
    public init(number: UInt64) { self.number = number }

    /// The number as text.
    public var description: String { String(number) }

    /// Earlier is smaller.
    public static func < (left: Self, right: Self) -> Bool { left.number < right.number }
}
