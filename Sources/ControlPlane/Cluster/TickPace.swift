/// Spaces the core's ticks out, so that a large cluster in which much happens does not spend all its time with them.
///
/// A tick looks at everything, and while an update or a drain is under way every report may want one. After a tick the
/// next one waits for a few times as long as the last one took: in a small cluster that is nothing.
struct TickPace {
    private var mayFollowAt: UInt64 = 0

    /// Notes a tick by the loop's clock, in nanoseconds.
    mutating func ticked(from started: UInt64, to ended: UInt64) {
        let took = ended > started ? ended - started : 0
        let longest = UInt64(ControlPlaneLimits.tickPauseMilliseconds) * 1_000_000
        mayFollowAt = ended + min(longest, took * ControlPlaneLimits.tickPauseShare)
    }

    /// Milliseconds to wait with a tick that is wanted now; 0 is not at all.
    func pauseMilliseconds(at now: UInt64) -> Int64 {
        guard mayFollowAt > now else { return 0 }
        return Int64((mayFollowAt - now) / 1_000_000)
    }
}
