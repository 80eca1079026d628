public import Model

/// How much of what is measured is kept.
public struct UsageBounds: Hashable, Sendable {
    /// Milliseconds for which single samples are kept; 0 is as many as there is room for.
    public var sampleMilliseconds: Int64
    /// Milliseconds after which a sample is too old for history too; 0 is never.
    public var historyMilliseconds: Int64
    /// When counting began: what an agent that repeats itself measured before may be counted already.
    public var startedAt: Timestamp
    /// Replicas that are followed; samples of further ones are dropped.
    public var series: Int
    /// Samples kept of one replica.
    public var samplesPerSeries: Int
    /// Samples kept in all.
    public var samples: Int

    /// Sets bounds.
    public init(
        sampleMilliseconds: Int64 = 600_000, historyMilliseconds: Int64 = 604_800_000, startedAt: Timestamp,
        series: Int = ClusterLimits.usageSeries, samplesPerSeries: Int = ClusterLimits.samplesPerSeries,
        samples: Int = ClusterLimits.samples
    ) {
        self.sampleMilliseconds = sampleMilliseconds
        self.historyMilliseconds = historyMilliseconds
        self.startedAt = startedAt
        self.series = series
        self.samplesPerSeries = samplesPerSeries
        self.samples = samples
    }
}
