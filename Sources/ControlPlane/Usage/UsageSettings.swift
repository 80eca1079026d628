import Model

/// What an operator can set about counting use.
struct UsageSettings: Sendable, Equatable {
    /// Seconds for which single samples are kept; 0 keeps as many as there is room for.
    var sampleSecs: Int64
    /// Seconds for which minutes are kept; 0 is for ever.
    var windowSecs: Int64
    /// Seconds between two clean-ups.
    var cleanupSecs: Int64
    /// Samples of one replica in one report; 0 is as many as there are.
    var samplesPerReplica: Int
    /// Samples of one report; 0 is as many as there are.
    var samplesPerReport: Int
    /// Replicas that have series of their own at `/metrics`; 0 is all.
    var series: Int

    init(_ values: SettingsValues) {
        sampleSecs = values.number("FLEDX_CP_RETENTION_INSTANCE_METRICS_SECS")
        windowSecs = values.number("FLEDX_CP_RETENTION_USAGE_WINDOW_SECS")
        cleanupSecs = values.number("FLEDX_CP_RETENTION_USAGE_CLEANUP_INTERVAL_SECS")
        samplesPerReplica = Int(values.number("FLEDX_CP_LIMITS_HEARTBEAT_METRICS_PER_INSTANCE"))
        samplesPerReport = Int(values.number("FLEDX_CP_LIMITS_HEARTBEAT_METRICS_TOTAL"))
        series = Int(values.number("FLEDX_CP_LIMITS_RESOURCE_METRICS_MAX_SERIES"))
    }
}
