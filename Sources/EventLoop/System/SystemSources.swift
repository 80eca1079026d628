internal import CUV
internal import Glibc
public import Model

/// The system's clocks.
public struct SystemTimeSource: TimeSource, Sendable {
    /// Makes a source; all are alike.
    public init() {}

    /// Both clocks, read now; the monotonic one is the loop's.
    public func now() -> Moment {
        var wall = timespec()
        clock_gettime(CLOCK_REALTIME, &wall)
        return Moment(
            monotonic: MonotonicInstant(milliseconds: Int64(uv_hrtime() / 1_000_000)),
            wall: Timestamp(milliseconds: Int64(wall.tv_sec) * 1000 + Int64(wall.tv_nsec) / 1_000_000))
    }
}

/// The kernel's random numbers, fit for keys and tokens.
public struct SystemIDSource: IDSource, Sendable {
    /// Makes a source; all are alike.
    public init() {}

    /// The next 64 random bits.
    public mutating func nextRandom() -> UInt64 {
        var word: UInt64 = 0
        withUnsafeMutableBytes(of: &word) { Self.fill($0) }
        return word
    }

    /// Random bytes.
    public mutating func randomBytes(count: Int) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: count)
        bytes.withUnsafeMutableBytes { Self.fill($0) }
        return bytes
    }

    private static func fill(_ bytes: UnsafeMutableRawBufferPointer) {
        var rest = bytes[...]
        while !rest.isEmpty {
            let part = UnsafeMutableRawBufferPointer(rebasing: rest)
            let count = getrandom(part.baseAddress, part.count, 0)
            // Only a kernel without the call fails here other than by a signal; going on would hand out weak keys.
            precondition(count > 0 || errno == EINTR, "the kernel gives no random numbers")
            if count > 0 { rest = rest.dropFirst(count) }
        }
    }
}
