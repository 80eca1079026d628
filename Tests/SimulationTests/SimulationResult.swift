/// What became of one run.
struct SimulationResult: Sendable {
    var seed: UInt64
    /// The first broken invariant.
    var violation: String?
    var tally: Tally
    /// Equal for equal runs.
    var digest: UInt64
    /// Milliseconds of quiet until everything was right.
    var settledAfter: Int64
    /// The story, where it was asked for.
    var lines: [String]
}
