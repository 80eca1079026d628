/// The keys of every object that a reader has open, to refuse duplicates.
///
/// Keys are byte ranges compared one by one; an object with many switches to a hash table.
struct ReaderKeys {
    private var ranges: [StringToken] = []
    /// Where in `ranges` each open object begins.
    private var frames: [Int] = []
    /// The keys of large objects, by where the object begins in `ranges`.
    private var hashed: [Int: Set<String>] = [:]

    /// An object was entered.
    mutating func push() {
        frames.append(ranges.count)
    }

    /// The innermost object was left.
    mutating func pop() {
        guard let start = frames.popLast() else { return }
        ranges.removeLast(ranges.count - start)
        if !hashed.isEmpty { hashed[start] = nil }
    }

    /// Whether the key is new in the innermost object.
    mutating func insert(_ key: StringToken, in scanner: JSONScanner) -> Bool {
        guard let start = frames.last else { return true }
        guard ranges.count - start < JSONLimits.readerLinearKeys else {
            return insertHashed(key, start, scanner)
        }
        let isNew = isNew(key, from: start, scanner)
        ranges.append(key)
        return isNew
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
