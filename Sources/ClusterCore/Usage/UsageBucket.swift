public import Model

/// What one replica used within one minute.
public struct UsageBucket: Hashable, Sendable {
    /// The replica.
    public var key: UsageKey
    /// Minutes since 1970.
    public var minute: Int64
    /// The sums.
    public var totals: UsageTotals

    /// Puts a bucket together.
    public init(key: UsageKey, minute: Int64, totals: UsageTotals) {
        self.key = key
        self.minute = minute
        self.totals = totals
    }

    /// The minute's start.
    public var start: Timestamp { Timestamp(milliseconds: minute * UsageBucket.milliseconds) }

    /// The minute a moment lies in.
    public static func minute(of time: Timestamp) -> Int64 {
        let minute = time.milliseconds / milliseconds
        return time.milliseconds % milliseconds < 0 ? minute - 1 : minute
    }

    /// The length of a bucket.
    public static let milliseconds: Int64 = 60_000

    /// Whether a page shows it before another: newest minutes first, then by deployment, node and number.
    public func isShown(before other: UsageBucket) -> Bool {
        minute == other.minute ? key < other.key : minute > other.minute
    }
}
