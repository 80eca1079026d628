/// The keys of every object that a reader has open, to refuse duplicates.
///
/// Keys are byte ranges, compared one by one only when a small filter cannot tell them apart;
/// an object with many switches to a hash table.
struct ReaderKeys {
    private var ranges: [StringToken] = []
    private var innermost = Frame(start: 0)
    private var around: [Frame] = []
    /// The keys of large objects, by where the object begins in `ranges`.
    private var hashed: [Int: Set<String>] = [:]

    /// One open object: where its keys begin in `ranges`, and a bit for every fingerprint among them.
    private struct Frame {
        let start: Int
        var seen: UInt64 = 0
    }

    /// An object was entered.
    mutating func push() {
        if ranges.capacity == 0 { ranges.reserveCapacity(JSONLimits.readerLinearKeys) }
        around.append(innermost)
        innermost = Frame(start: ranges.count)
    }

    /// The innermost object was left.
    mutating func pop() {
        guard let outer = around.popLast() else { return }
        ranges.removeLast(ranges.count - innermost.start)
        if !hashed.isEmpty { hashed[innermost.start] = nil }
        innermost = outer
    }

    /// Whether the key is new in the innermost object.
    mutating func insert(_ key: StringToken, in scanner: JSONScanner) -> Bool {
        guard ranges.count - innermost.start < JSONLimits.readerLinearKeys else {
            return insertHashed(key, innermost.start, scanner)
        }
        let bits = Self.fingerprint(key, scanner)
        let isNew = innermost.seen & bits == 0 || isNew(key, from: innermost.start, scanner)
        innermost.seen |= bits
        ranges.append(key)
        return isNew
    }

    /// One bit of 64 chosen by length and outer bytes; all bits for a key whose bytes are not its name.
    private static func fingerprint(_ key: StringToken, _ scanner: JSONScanner) -> UInt64 {
        let length = key.end - key.start
        guard !key.escaped else { return .max }
        guard length > 0 else { return 1 }
        let first = Int(scanner.bytes[key.start])
        let last = Int(scanner.bytes[key.end - 1])
        return 1 << UInt64(truncatingIfNeeded: (length &* 11 &+ first &* 5 &+ last) & 63)
    }

    private func isNew(_ key: StringToken, from start: Int, _ scanner: JSONScanner) -> Bool {
        for index in start..<ranges.count where Self.same(ranges[index], key, scanner) { return false }
        return true
    }

    private static func same(_ left: StringToken, _ right: StringToken, _ scanner: JSONScanner) -> Bool {
        guard !left.escaped, !right.escaped else { return scanner.string(left) == scanner.string(right) }
        let length = left.end - left.start
        guard length == right.end - right.start else { return false }
        // Keys of one object often begin alike (`memory_bytes`, `memory_limit`) and seldom end alike.
        var offset = length - 1
        while offset >= 0 {
            guard scanner.bytes[left.start + offset] == scanner.bytes[right.start + offset] else {
                return false
            }
            offset -= 1
        }
        return true
    }

    private mutating func insertHashed(_ key: StringToken, _ start: Int, _ scanner: JSONScanner) -> Bool {
        if hashed[start] == nil { hashed[start] = Set(ranges[start...].map { scanner.string($0) }) }
        return hashed[start]?.insert(scanner.string(key)).inserted ?? true
    }
}
