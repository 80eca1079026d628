import Model

/// Tells a node whose clock is not this control plane's.
///
/// Nothing here depends on a node's clock; certificates, logs and the programs in its containers do.
enum ClockSkew {
    static let type = "clock_skew"
    /// Steps by which a difference is told, so that one that creeps is not news with each report.
    private static let steps: [(milliseconds: Int64, words: String)] = [
        (86_400_000, "a day"), (3_600_000, "an hour"), (600_000, "ten minutes"), (60_000, "a minute"),
        (ClusterLimits.clockSkewMilliseconds, "half a minute"),
    ]

    /// The remark about a report that was sent at `sent` by the node's clock; nil when both clocks agree.
    static func condition(sent: Timestamp, _ former: Condition?, now: Timestamp) -> Condition? {
        let (ahead, isOverflown) = sent.milliseconds.subtractingReportingOverflow(now.milliseconds)
        let size = isOverflown ? .max : ahead.magnitude
        guard let step = steps.first(where: { size >= $0.milliseconds.magnitude }) else { return nil }
        let direction = ahead > 0 ? "ahead of" : "behind"
        let message =
            "the node's clock is at least \(step.words) \(direction) the control plane's; replicas go on; "
            + "certificates may look invalid there: set the clock (is a time service running?)"
        return Condition(type: type, message: message, since: former?.since ?? now)
    }
}
