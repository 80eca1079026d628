public import Model

/// Reproducible random numbers (SplitMix64): the same seed gives the same sequence for ever.
public typealias SeededRandom = SeededIDSource

extension SeededIDSource {
    /// The seeds of a property test: `count` fixed ones, the one in `FLEDX_SEED` to replay a failure, or those of
    /// `FLEDX_SEEDS` (`first-last`) to look for one.
    public static func seeds(count: Int) -> [UInt64] {
        if let text = TestEnvironment.value("FLEDX_SEED"), let seed = UInt64(text) { return [seed] }
        let ends = TestEnvironment.value("FLEDX_SEEDS")?.split(separator: "-").compactMap { UInt64($0) } ?? []
        if ends.count == 2, ends[0] <= ends[1] { return (ends[0]...ends[1]).map { $0 } }
        return (1...UInt64(max(1, count))).map { $0 }
    }

    /// Whether an event of that probability happens.
    public mutating func chance(_ percent: Int) -> Bool { Int.random(in: 0..<100, using: &self) < percent }
}
