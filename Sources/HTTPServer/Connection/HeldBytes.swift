/// Bytes that were read and wait for somebody to look at them; what was looked at is not moved away each time.
struct HeldBytes {
    /// Everything, from the first byte that has not been dropped for good.
    private(set) var bytes: [UInt8] = []
    /// Where what is held begins; what stands before was looked at.
    var start = 0

    var count: Int { bytes.count - start }
    var isEmpty: Bool { count == 0 }

    mutating func append(contentsOf more: UnsafeRawBufferPointer) {
        if start > bytes.count / 2 {
            bytes.removeFirst(start)
            start = 0
        }
        unsafe bytes.append(contentsOf: more)
    }

    /// Everything that is held, which it then no longer is.
    mutating func take() -> [UInt8] {
        let taken = start == 0 ? bytes : Array(bytes[start...])
        self = HeldBytes()
        return taken
    }
}
