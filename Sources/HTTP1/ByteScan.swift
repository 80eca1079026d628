/// Eight bytes at a time where most of a head is: ordinary text.
enum ByteScan {
    static let carriageReturn: UInt8 = 13
    static let lineFeed: UInt8 = 10
    static let space: UInt8 = 32
    static let tab: UInt8 = 9
    static let colon: UInt8 = 58

    private static let ones: UInt64 = 0x0101_0101_0101_0101
    private static let tops: UInt64 = 0x8080_8080_8080_8080

    /// The position of the first control character that a field value may not contain, or the end.
    @inline(__always)
    static func endOfText(_ bytes: Span<UInt8>, from start: Int) -> Int {
        let raw = unsafe bytes.bytes
        let count = bytes.count
        var at = start
        while at &+ 8 <= count {
            // In bounds: eight bytes remain from `at`.
            let word = unsafe raw.unsafeLoadUnaligned(fromUncheckedByteOffset: at, as: UInt64.self)
                .littleEndian
            let delete = word ^ (ones &* 0x7F)
            let below = (word &- ones &* 0x20) & ~word & tops
            let hits = below | ((delete &- ones) & ~delete & tops)
            guard hits != 0 else {
                at &+= 8
                continue
            }
            at &+= hits.trailingZeroBitCount / 8
            guard bytes[at] == tab else { return at }
            at &+= 1
        }
        while at < count {
            let byte = bytes[at]
            guard byte >= space && byte != 127 || byte == tab else { return at }
            at &+= 1
        }
        return count
    }

    /// The position of the first byte outside visible ASCII, or the end.
    @inline(__always)
    static func endOfVisible(_ bytes: Span<UInt8>, from start: Int) -> Int {
        var at = start
        while at < bytes.count, bytes[at] &- 0x21 < 0x5E { at &+= 1 }
        return at
    }

    /// True when a line feed is at or after a position.
    static func hasLineFeed(_ bytes: Span<UInt8>, from start: Int) -> Bool {
        var at = start
        while at < bytes.count {
            if bytes[at] == lineFeed { return true }
            at &+= 1
        }
        return false
    }

    /// True when a range reads as that lower-case literal, whatever its case.
    @inline(__always)
    static func matches(_ bytes: Span<UInt8>, _ range: Range<Int>, _ literal: StaticString) -> Bool {
        guard range.count == literal.utf8CodeUnitCount else { return false }
        let expected = unsafe literal.utf8Start
        var at = 0
        while at < range.count {
            let byte = bytes[range.lowerBound &+ at]
            let lower = byte &- 0x41 < 26 ? byte | 0x20 : byte
            guard unsafe lower == expected[at] else { return false }
            at &+= 1
        }
        return true
    }

    /// The range without spaces and tabs at either end.
    @inline(__always)
    static func trimmed(_ bytes: Span<UInt8>, _ range: Range<Int>) -> Range<Int> {
        var low = range.lowerBound
        var high = range.upperBound
        while low < high, bytes[low] == space || bytes[low] == tab { low &+= 1 }
        while high > low, bytes[high &- 1] == space || bytes[high &- 1] == tab { high &-= 1 }
        return low..<high
    }

    /// A copy of a range.
    static func copy(_ bytes: Span<UInt8>, _ range: Range<Int>) -> [UInt8] {
        unsafe bytes.extracting(range).withUnsafeBufferPointer { unsafe Array($0) }
    }

    /// A range of ASCII as text.
    static func text(_ bytes: Span<UInt8>, _ range: Range<Int>) -> String {
        unsafe bytes.extracting(range).withUnsafeBufferPointer { unsafe String(decoding: $0, as: UTF8.self) }
    }

    /// Calls `body` with each trimmed, non-empty member of a comma-separated list.
    @inline(__always)
    static func eachMember(_ bytes: Span<UInt8>, _ range: Range<Int>, _ body: (Range<Int>) -> Void) {
        var start = range.lowerBound
        var at = start
        while at <= range.upperBound {
            if at == range.upperBound || bytes[at] == 0x2C {
                let member = trimmed(bytes, start..<at)
                if !member.isEmpty { body(member) }
                start = at &+ 1
            }
            at &+= 1
        }
    }
}
