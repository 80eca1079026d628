import Model

/// How much of a container's output one request is shown.
struct LogBounds: Sendable, Equatable {
    /// The most last lines; 0 is any number.
    var lines: Int64
    /// How many seconds back; 0 is any.
    var windowSecs: Int64

    init(_ values: SettingsValues) {
        lines = values.number("FLEDX_CP_LIMITS_LOG_TAIL_LIMIT")
        windowSecs = values.number("FLEDX_CP_LIMITS_LOG_TAIL_MAX_WINDOW_SECS")
    }

    /// A wish for more becomes one for as much as is allowed.
    func bounded(_ wish: LogWish, now: Timestamp) -> LogWish {
        var wish = wish
        if lines > 0 { wish.tail = min(wish.tail ?? lines, lines) }
        if windowSecs > 0 {
            let oldest = now.adding(milliseconds: -windowSecs * 1000)
            wish.since = max(wish.since ?? oldest, oldest)
        }
        return wish
    }
}
