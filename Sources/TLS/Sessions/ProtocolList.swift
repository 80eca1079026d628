internal import COpenSSL

/// Protocol names for ALPN as they stand on the wire.
///
/// Ownership: the bytes are at one place for the life of the object, because OpenSSL points into them.
/// Safety: nothing changes the bytes after the initializer.
final class ProtocolList: @unchecked Sendable {
    let wire: UnsafeMutablePointer<UInt8>
    let count: Int
    var isEmpty: Bool { count == 0 }

    init(_ names: [String]) {
        let bytes = names.flatMap { [UInt8(clamping: $0.utf8.count)] + Array($0.utf8) }
        count = bytes.count
        wire = .allocate(capacity: max(1, bytes.count))
        for (index, byte) in bytes.enumerated() { wire[index] = byte }
    }

    deinit { wire.deallocate() }

    /// Chooses the first of ours that the client offers too.
    func choose(
        _ chosen: UnsafeMutablePointer<UnsafePointer<UInt8>?>, _ length: UnsafeMutablePointer<UInt8>,
        _ offered: UnsafePointer<UInt8>, _ offeredCount: UInt32
    ) -> Int32 {
        var pointer: UnsafeMutablePointer<UInt8>?
        let result = SSL_select_next_proto(&pointer, length, wire, UInt32(count), offered, offeredCount)
        guard result == OPENSSL_NPN_NEGOTIATED, let pointer else { return SSL_TLSEXT_ERR_ALERT_FATAL }
        chosen.pointee = UnsafePointer(pointer)
        return SSL_TLSEXT_ERR_OK
    }
}
