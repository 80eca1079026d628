/// Where identifiers and random numbers come from: the system in a daemon, a seed in tests and simulation.
public protocol IDSource {
    /// The next 64 random bits.
    mutating func nextRandom() -> UInt64
}

extension IDSource {
    /// The next version 4 UUID.
    public mutating func nextUUID() -> UUIDValue {
        UUIDValue(randomHigh: nextRandom(), randomLow: nextRandom())
    }

    /// The next identifier of the kind the caller expects.
    public mutating func nextIdentifier<Tag>() -> Identifier<Tag> { Identifier(nextUUID()) }

    /// Random letters and digits (about 5.95 bits each), for names and tokens.
    public mutating func nextAlphanumeric(count: Int) -> String {
        let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789".utf8)
        var bytes: [UInt8] = []
        bytes.reserveCapacity(count)
        while bytes.count < count {
            var word = nextRandom()
            for _ in 0..<10 where bytes.count < count {
                let candidate = Int(word & 63)
                word >>= 6
                if candidate < alphabet.count { bytes.append(alphabet[candidate]) }
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}

/// A reproducible source for tests and simulation (SplitMix64).
public struct SeededIDSource: IDSource, RandomNumberGenerator, Sendable {
    private var state: UInt64

    /// Starts the sequence that belongs to `seed`.
    public init(seed: UInt64) { state = seed }

    /// The next 64 bits of the sequence.
    public mutating func nextRandom() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    /// The same sequence for the standard library's shuffles and ranges.
    public mutating func next() -> UInt64 { nextRandom() }
}
