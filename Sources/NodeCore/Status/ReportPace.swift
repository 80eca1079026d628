public import Model

/// How long a node wishes to be silent between two signs of life; what it is allowed, the control plane decides.
public struct ReportPace: Sendable {
    private let isMetered: Bool
    private let ownSecs: Int?
    /// When something was told last that had changed.
    private var newsAt: MonotonicInstant
    /// The wish that was told last.
    private var toldWish: Int?
    /// How far the wall clock was ahead of the monotonic one when a report told the time last.
    private var toldOffset: Int64?

    /// Begins with news: a node that starts is not at rest.
    ///
    /// - Parameters:
    ///   - isMetered: Whether every byte of the link costs.
    ///   - ownSecs: The pause in seconds that this node's settings ask for.
    ///   - now: When it starts.
    public init(isMetered: Bool, ownSecs: Int64?, at now: MonotonicInstant) {
        self.isMetered = isMetered
        self.ownSecs = ownSecs.map { Int($0) }
        newsAt = now
    }

    /// Seconds between signs of life that this node wishes for; nil: as it is told.
    public func wish(isTunnelUp: Bool, at now: MonotonicInstant) -> Int? {
        if isMetered { return max(NodeLimits.meteredIntervalSecs, ownSecs ?? 0) }
        let isQuiet = isTunnelUp && now.milliseconds(since: newsAt) >= NodeLimits.quietMilliseconds
        return [isQuiet ? NodeLimits.quietIntervalSecs : nil, ownSecs].compactMap { $0 }.max()
    }

    /// Whether a ping stands for a report that would repeat the one before; without a tunnel there is none.
    ///
    /// A ping tells no time, so a wall clock that somebody set since the last report asks for a report.
    public func isPingEnough(isTunnelUp: Bool, hasNews: Bool, at now: Moment) -> Bool {
        isTunnelUp && !hasNews && wish(isTunnelUp: true, at: now.monotonic) == toldWish
            && !hasClockJumped(now)
    }

    private func hasClockJumped(_ now: Moment) -> Bool {
        guard let toldOffset else { return false }
        return Self.offset(now).subtractingReportingOverflow(toldOffset).partialValue.magnitude
            >= NodeLimits.clockJumpMilliseconds
    }

    /// Wraps around: a difference of two of them is right nevertheless.
    private static func offset(_ moment: Moment) -> Int64 {
        moment.wall.milliseconds &- moment.monotonic.milliseconds
    }

    /// A report is made; the answer is the wish that it tells.
    ///
    /// The last one of all wishes nothing new.
    public mutating func report(
        hasNews: Bool, isLeaving: Bool, isTunnelUp: Bool, at now: Moment
    ) -> Int? {
        if hasNews { newsAt = now.monotonic }
        if !isLeaving { toldWish = wish(isTunnelUp: isTunnelUp, at: now.monotonic) }
        toldOffset = Self.offset(now)
        return toldWish
    }
}
