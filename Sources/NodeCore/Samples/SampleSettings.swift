/// What the node's operator decides about measuring.
public struct SampleSettings: Hashable, Sendable {
    /// Milliseconds between two readings of a container.
    public var intervalMilliseconds: Int64
    /// Samples kept of one replica until they are told.
    public var window: Int
    /// First pause after a failed reading; doubles.
    public var backoffMilliseconds: Int64
    /// Longest pause after failed readings.
    public var backoffMaxMilliseconds: Int64
    /// Samples in one report; 0 measures nothing.
    public var samplesPerReport: Int

    /// Settings with the seed's defaults.
    public init(
        intervalMilliseconds: Int64 = 30_000, window: Int = 120, backoffMilliseconds: Int64 = 1_000,
        backoffMaxMilliseconds: Int64 = 10_000, samplesPerReport: Int = 500
    ) {
        self.intervalMilliseconds = intervalMilliseconds
        self.window = window
        self.backoffMilliseconds = backoffMilliseconds
        self.backoffMaxMilliseconds = backoffMaxMilliseconds
        self.samplesPerReport = samplesPerReport
    }
}
