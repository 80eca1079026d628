/// What became of the samples of a report.
public struct UsageIntake: Hashable, Sendable {
    /// Counted.
    public var accepted = 0
    /// Counted before, or out of order.
    public var repeated = 0
    /// Older than what is kept.
    public var old = 0
    /// Of a replica beyond those that are followed.
    public var beyondSeries = 0

    /// Nothing yet.
    public init() {}
}
