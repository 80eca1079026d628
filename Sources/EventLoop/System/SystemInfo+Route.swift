internal import CUV
internal import Glibc

extension SystemInfo {
    /// The address this machine would send from to reach a peer; nil when there is no way.
    ///
    /// Sends nothing.
    public static func localAddress(towards peer: SocketAddress) -> SocketAddress? {
        let isSix = peer.family == .ipv6
        let descriptor = socket(
            isSix ? AF_INET6 : AF_INET, Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        let length = isSix ? MemoryLayout<sockaddr_in6>.size : MemoryLayout<sockaddr_in>.size
        let status = peer.withSystemAddress { connect(descriptor, $0, socklen_t(length)) }
        guard status == 0 else { return nil }
        var storage = sockaddr_storage()
        var size = socklen_t(MemoryLayout<sockaddr_storage>.size)
        return withUnsafeMutablePointer(to: &storage) { storage in
            let address = UnsafeMutableRawPointer(storage).assumingMemoryBound(to: sockaddr.self)
            guard getsockname(descriptor, address, &size) == 0 else { return nil }
            return SocketAddress(system: address)
        }
    }
}
