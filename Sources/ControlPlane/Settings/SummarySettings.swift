import Model

/// What an operator can set about the metrics summary.
struct SummarySettings: Sendable, Equatable {
    /// The most items.
    var limit: Int64
    /// How far back requests count; 0 is since the start.
    var windowSecs: Int64

    init(_ values: SettingsValues) {
        limit = values.number("FLEDX_CP_LIMITS_METRICS_SUMMARY_LIMIT")
        windowSecs = values.number("FLEDX_CP_LIMITS_METRICS_SUMMARY_WINDOW_SECS")
    }
}
