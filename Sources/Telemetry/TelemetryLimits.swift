/// The bounds of logs and metrics.
public enum TelemetryLimits {
    /// The longest log line; what is longer is cut and says so.
    public static let lineBytes = 16_384
    /// Rules of one filter.
    public static let filterRules = 256
    /// Series of one metric unless it says otherwise; further ones are dropped and counted.
    public static let seriesPerMetric = 1_000
}
