public import Model

/// How long a node wishes to be silent between two signs of life; what it is allowed, the control plane decides.
public struct ReportPace: Sendable {
    private let isMetered: Bool
    private let ownSecs: Int?
    /// When something was told last that had changed.
    private var newsAt: MonotonicInstant
    /// The wish that was told last.
    private var toldWish: Int?

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
    public func isPingEnough(isTunnelUp: Bool, hasNews: Bool, at now: MonotonicInstant) -> Bool {
        isTunnelUp && !hasNews && wish(isTunnelUp: true, at: now) == toldWish
    }

    /// A report is made; the answer is the wish that it tells.
    ///
    /// The last one of all wishes nothing new.
    public mutating func report(
        hasNews: Bool, isLeaving: Bool, isTunnelUp: Bool, at now: MonotonicInstant
    ) -> Int? {
        if hasNews { newsAt = now }
        if !isLeaving { toldWish = wish(isTunnelUp: isTunnelUp, at: now) }
        return toldWish
    }
}
