extension TLSSession {
    /// As `write` for an array.
    public func write(_ bytes: [UInt8]) { bytes.withUnsafeBytes { write($0) } }

    /// As `receive` with a buffer of its own for pieces of at most `pieceBytes`; for slow paths.
    public func receive(_ bytes: [UInt8], pieceBytes: Int = 16_384, deliver: ([UInt8]) -> Bool) {
        withScratch(pieceBytes) { scratch in
            bytes.withUnsafeBytes { receive($0, scratch: scratch) { deliver(Array($0)) } }
        }
    }

    /// As `resume` with a buffer of its own; for slow paths.
    public func resume(pieceBytes: Int = 16_384, deliver: ([UInt8]) -> Bool) {
        withScratch(pieceBytes) { resume(scratch: $0) { deliver(Array($0)) } }
    }

    private func withScratch(_ count: Int, _ body: (UnsafeMutableRawBufferPointer) -> Void) {
        var scratch = [UInt8](repeating: 0, count: count)
        scratch.withUnsafeMutableBytes { body($0) }
    }
}
