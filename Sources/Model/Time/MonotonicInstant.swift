/// A moment on a clock that never jumps: milliseconds since some fixed start of this process or simulation.
public struct MonotonicInstant: Hashable, Sendable, Comparable {
    /// Milliseconds since the clock's start.
    public let milliseconds: Int64

    /// Takes milliseconds since the clock's start.
    public init(milliseconds: Int64) { self.milliseconds = milliseconds }

    /// The moment that many milliseconds later.
    public func adding(milliseconds: Int64) -> MonotonicInstant {
        MonotonicInstant(milliseconds: self.milliseconds + milliseconds)
    }

    /// Milliseconds from `earlier` to this moment.
    public func milliseconds(since earlier: MonotonicInstant) -> Int64 { milliseconds - earlier.milliseconds }

    /// Earlier is smaller.
    public static func < (left: Self, right: Self) -> Bool { left.milliseconds < right.milliseconds }
}

/// One reading of both clocks: deadlines use the first, people read the second.
public struct Moment: Hashable, Sendable {
    /// For deadlines and intervals.
    public let monotonic: MonotonicInstant
    /// For records and people.
    public let wall: Timestamp

    /// Pairs two readings taken together.
    public init(monotonic: MonotonicInstant, wall: Timestamp) {
        self.monotonic = monotonic
        self.wall = wall
    }

    /// Both clocks that many milliseconds later.
    public func adding(milliseconds: Int64) -> Moment {
        Moment(
            monotonic: monotonic.adding(milliseconds: milliseconds),
            wall: wall.adding(milliseconds: milliseconds))
    }
}

/// Where time comes from: the system in a daemon, virtual time in tests and simulation.
public protocol TimeSource {
    /// Both clocks, read now.
    func now() -> Moment
}
