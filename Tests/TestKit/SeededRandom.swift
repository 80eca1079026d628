public import Model

/// Reproducible random numbers (SplitMix64): the same seed gives the same sequence for ever.
public typealias SeededRandom = SeededIDSource

extension SeededIDSource {
    /// The seeds of a property test: `count` fixed ones, or the one in `FLEDX_SEED` to replay a failure.
    public static func seeds(count: Int) -> [UInt64] {
        if let text = TestEnvironment.value("FLEDX_SEED"), let seed = UInt64(text) { return [seed] }
        return (1...UInt64(max(1, count))).map { $0 }
    }

    /// Whether an event of that probability happens.
    public mutating func chance(_ percent: Int) -> Bool { Int.random(in: 0..<100, using: &self) < percent }
}
