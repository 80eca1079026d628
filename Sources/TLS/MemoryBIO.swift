internal import COpenSSL

/// OpenSSL's view of bytes in memory, for reading and writing certificates.
///
/// Ownership: the value owns one `BIO` and frees it when it ends.
struct MemoryBIO: ~Copyable {
    let bio: OpaquePointer

    /// An empty one that is written to.
    init() {
        guard let bio = BIO_new(BIO_s_mem()) else { preconditionFailure("OpenSSL allocates a buffer") }
        self.bio = bio
    }

    /// One that holds a copy of these bytes.
    init(_ bytes: [UInt8]) {
        self.init()
        guard !bytes.isEmpty else { return }
        let written = BIO_write(bio, bytes, Int32(bytes.count))
        precondition(written == bytes.count, "OpenSSL's memory takes everything")
    }

    deinit { BIO_free(bio) }

    /// Everything in it.
    var bytes: [UInt8] {
        var start: UnsafeMutablePointer<CChar>?
        let count = copenssl_memory(bio, &start)
        guard count > 0, let start else { return [] }
        return Array(UnsafeRawBufferPointer(start: start, count: count))
    }

    /// Everything in it as text.
    var text: String { String(decoding: bytes, as: UTF8.self) }
}
