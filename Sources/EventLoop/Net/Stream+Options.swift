internal import CUV
internal import Glibc

extension Stream {
    /// Gives a connection up whose peer has not acknowledged what was sent for so long (TCP).
    ///
    /// Without it the kernel tries for a quarter of an hour.
    public func setUserTimeout(milliseconds: UInt32) {
        guard isOpen, kind == .tcp, let descriptor else { return }
        var value = milliseconds
        setsockopt(
            descriptor, Int32(IPPROTO_TCP), TCP_USER_TIMEOUT, &value, socklen_t(MemoryLayout<UInt32>.size))
    }

    /// What `setUserTimeout` has set; nil where there is none.
    public var userTimeoutMilliseconds: UInt32? {
        guard isOpen, kind == .tcp, let descriptor else { return nil }
        var value: UInt32 = 0
        var size = socklen_t(MemoryLayout<UInt32>.size)
        let status = getsockopt(descriptor, Int32(IPPROTO_TCP), TCP_USER_TIMEOUT, &value, &size)
        return status == 0 && value > 0 ? value : nil
    }

    /// The round trip as the kernel smooths it (TCP); nil when the connection is gone.
    public var roundTripNanoseconds: UInt64? {
        guard isOpen, kind == .tcp, let descriptor else { return nil }
        var info = tcp_info()
        var size = socklen_t(MemoryLayout<tcp_info>.size)
        guard getsockopt(descriptor, Int32(IPPROTO_TCP), TCP_INFO, &info, &size) == 0 else { return nil }
        return UInt64(info.tcpi_rtt) * 1_000
    }

    /// The number the system knows this connection by; nil when it is gone.
    var descriptor: Int32? {
        var number: uv_os_fd_t = -1
        return uv_fileno(handle, &number) == 0 ? number : nil
    }
}
