internal import COpenSSL

/// Connects OpenSSL to the two byte buffers of a session: no copy is kept per connection.
///
/// OpenSSL's own memory BIO keeps the largest buffer it ever had; ours reads from the slab that the bytes arrived
/// in, and writes into one array that is handed from session to session.
enum SessionBIO {
    // Safety: made once, never changed afterwards.
    nonisolated(unsafe) static let method: OpaquePointer = {
        let type = BIO_get_new_index() | BIO_TYPE_SOURCE_SINK
        guard let method = BIO_meth_new(type, "fledx") else {
            preconditionFailure("OpenSSL allocates a method")
        }
        BIO_meth_set_read(method, sessionRead)
        BIO_meth_set_write(method, sessionWrote)
        BIO_meth_set_ctrl(method, sessionAsked)
        return method
    }()

    /// A BIO for a session, which must outlive it.
    static func make(for session: TLSSession) -> OpaquePointer {
        guard let bio = BIO_new(method) else { preconditionFailure("OpenSSL allocates a BIO") }
        BIO_set_data(bio, Unmanaged.passUnretained(session).toOpaque())
        BIO_set_init(bio, 1)
        return bio
    }

    fileprivate static func session(of bio: OpaquePointer?) -> TLSSession? {
        BIO_get_data(bio).map { Unmanaged<TLSSession>.fromOpaque($0).takeUnretainedValue() }
    }
}

private func sessionRead(_ bio: OpaquePointer?, _ target: UnsafeMutablePointer<CChar>?, _ count: Int32)
    -> Int32
{
    guard let bio, let target, let session = SessionBIO.session(of: bio) else { return -1 }
    copenssl_clear_retry(bio)
    let taken = session.giveCiphertext(to: target, Int(count))
    if taken == 0 { copenssl_retry_read(bio) }
    return taken == 0 ? -1 : Int32(taken)
}

private func sessionWrote(_ bio: OpaquePointer?, _ bytes: UnsafePointer<CChar>?, _ count: Int32) -> Int32 {
    guard let bio, let bytes, let session = SessionBIO.session(of: bio) else { return -1 }
    copenssl_clear_retry(bio)
    session.takeCiphertext(UnsafeRawBufferPointer(start: bytes, count: Int(count)))
    return count
}

private func sessionAsked(
    _ bio: OpaquePointer?, _ command: Int32, _ number: Int, _ pointer: UnsafeMutableRawPointer?
) -> Int {
    // Everything written is where it belongs already.
    command == BIO_CTRL_FLUSH ? 1 : 0
}
