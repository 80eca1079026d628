/// The part of a request body that waits to be sent.
struct UploadBuffer {
    /// The declared length; nil is chunked.
    let length: Int64?
    /// Whether there is a body source behind it.
    let isStreamed: Bool
    /// Whether libcurl waits for the source.
    private(set) var isStarved = false
    private var piece: [UInt8] = []
    private var offset = 0
    private var provided: Int64 = 0
    private var hasEnded = false

    enum Filling {
        case bytes(Int)
        case later
    }

    init(_ body: HTTPClientBody = .none) {
        switch body {
        case .none:
            (length, isStreamed, hasEnded) = (0, false, true)
        case .bytes(let bytes):
            (length, isStreamed, hasEnded) = (Int64(bytes.count), false, true)
            piece = bytes
        case .stream(let length, _):
            (self.length, isStreamed) = (length, true)
        }
    }

    /// Moves bytes into libcurl's buffer; 0 bytes is the end.
    mutating func fill(_ target: UnsafeMutableRawBufferPointer) -> Filling {
        let count = min(target.count, piece.count - offset)
        guard count > 0 else {
            guard !hasEnded else { return .bytes(0) }
            isStarved = true
            return .later
        }
        piece.withUnsafeBytes {
            target.copyMemory(from: UnsafeRawBufferPointer(rebasing: $0[offset..<offset + count]))
        }
        offset += count
        if offset == piece.count, isStreamed { (piece, offset) = ([], 0) }
        return .bytes(count)
    }

    /// Takes the source's next piece; false when it breaks the declared length.
    mutating func provide(_ next: [UInt8]?) -> Bool {
        guard let next else {
            (hasEnded, isStarved) = (true, false)
            return length == nil || length == provided
        }
        guard !next.isEmpty else { return true }
        provided += Int64(next.count)
        (piece, offset, isStarved) = (next, 0, false)
        return length.map { provided <= $0 } ?? true
    }

    /// Starts again from the first byte; only a buffered body can.
    mutating func rewind() -> Bool {
        guard !isStreamed else { return false }
        offset = 0
        return true
    }
}
