internal import CUV
internal import Glibc

extension Stream {
    /// The peer's address; nil when the connection is gone.
    ///
    /// A Unix peer has the path it bound, mostly none.
    public var peerAddress: SocketAddress? { address(uv_tcp_getpeername, uv_pipe_getpeername) }

    /// This side's address; nil when the connection is gone.
    public var localAddress: SocketAddress? { address(uv_tcp_getsockname, uv_pipe_getsockname) }

    /// Whether the peer is on this machine.
    public var isLoopbackPeer: Bool { peerAddress?.isLoopback ?? false }

    private typealias TCPName = (
        UnsafePointer<uv_tcp_t>?, UnsafeMutablePointer<sockaddr>?, UnsafeMutablePointer<Int32>?
    ) -> Int32
    private typealias PipeName = (
        UnsafePointer<uv_pipe_t>?, UnsafeMutablePointer<CChar>?, UnsafeMutablePointer<Int>?
    ) -> Int32

    private func address(_ tcp: TCPName, _ pipe: PipeName) -> SocketAddress? {
        guard isOpen else { return nil }
        switch kind {
        case .tcp: return ipAddress(of: raw) { tcp($0, $1, $2) }
        case .pipe: return pathAddress(of: raw) { pipe($0, $1, $2) }
        }
    }
}

/// Asks libuv for an address of a TCP handle.
func ipAddress(
    of raw: UnsafeMutableRawPointer,
    _ ask: (UnsafePointer<uv_tcp_t>, UnsafeMutablePointer<sockaddr>, UnsafeMutablePointer<Int32>) -> Int32
) -> SocketAddress? {
    var storage = sockaddr_storage()
    var length = Int32(MemoryLayout<sockaddr_storage>.size)
    return withUnsafeMutablePointer(to: &storage) { storage in
        let address = UnsafeMutableRawPointer(storage).assumingMemoryBound(to: sockaddr.self)
        guard ask(raw.assumingMemoryBound(to: uv_tcp_t.self), address, &length) == 0 else { return nil }
        return SocketAddress(system: address)
    }
}

/// Asks libuv for a path of a Unix socket handle.
private func pathAddress(
    of raw: UnsafeMutableRawPointer,
    _ ask: (UnsafePointer<uv_pipe_t>, UnsafeMutablePointer<CChar>, UnsafeMutablePointer<Int>) -> Int32
) -> SocketAddress? {
    var text = [CChar](repeating: 0, count: EventLoopLimits.unixPathBytes + 1)
    var length = text.count
    guard ask(raw.assumingMemoryBound(to: uv_pipe_t.self), &text, &length) == 0 else { return nil }
    let bytes = text.prefix(length).prefix { $0 != 0 }
    return SocketAddress(path: String(decoding: bytes.map(UInt8.init(bitPattern:)), as: UTF8.self))
}
