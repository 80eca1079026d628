/// Keeps an incomplete head between reads and says when another look is worth it.
///
/// A look costs one pass over what is there, so one is taken only when a line feed came: the limits on fields and
/// bytes bound the looks, however slowly the bytes arrive.
struct HeadCollector {
    private(set) var bytes: [UInt8] = []

    /// True while a part of a head is kept.
    var isCollecting: Bool { !bytes.isEmpty }

    /// Takes input from `offset` up to `limit` bytes in all; true when another look is worth it.
    mutating func collect(_ input: Span<UInt8>, _ offset: inout Int, limit: Int) -> Bool {
        let end = min(input.count, offset + limit - bytes.count)
        let piece = ByteScan.copy(input, offset..<end)
        bytes.append(contentsOf: piece)
        offset = end
        return bytes.count >= limit || piece.contains(ByteScan.lineFeed)
    }

    /// Gives back what belongs to whatever follows a head of `end` bytes: how many of the input just collected.
    mutating func finish(end: Int) -> Int {
        let surplus = bytes.count - end
        bytes = []
        return surplus
    }
}
