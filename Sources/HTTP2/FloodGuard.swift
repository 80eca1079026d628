/// Counts frames that cost their sender nothing, in spans of time.
struct FloodGuard {
    private let limits: HTTP2Limits
    private var spanEnd: Int64 = .min
    private var idle = 0
    private var windows = 0

    init(_ limits: HTTP2Limits) { self.limits = limits }

    /// Begins a new span when the last one is over.
    mutating func timeIs(_ milliseconds: Int64) {
        guard milliseconds >= spanEnd else { return }
        spanEnd = milliseconds + limits.spanMilliseconds
        idle = 0
        windows = 0
    }

    mutating func sawIdleFrame() { idle += 1 }
    mutating func sawWindowFrame() { windows += 1 }

    /// Whether the peer has gone too far.
    var isFlooded: Bool { idle > limits.idleFrames || windows > limits.windowFrames }
}
