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

    /// Lets the kernel probe a peer that has been silent for so long, and give it up when it is silent as long again
    /// (TCP); 0 ends that.
    ///
    /// Unlike `setUserTimeout` it leaves a peer alone that is there and reads nothing.
    public func setKeepalive(seconds: UInt32 = EventLoopLimits.keepaliveSeconds) {
        guard isOpen, kind == .tcp, let descriptor else { return }
        uv_tcp_keepalive(raw.assumingMemoryBound(to: uv_tcp_t.self), seconds > 0 ? 1 : 0, seconds)
        guard seconds > 0 else { return }
        let probes = EventLoopLimits.keepaliveProbes
        for (option, value) in [(TCP_KEEPINTVL, max(1, seconds / probes)), (TCP_KEEPCNT, probes)] {
            var value = Int32(value)
            setsockopt(
                descriptor, Int32(IPPROTO_TCP), option, &value, socklen_t(MemoryLayout<Int32>.size))
        }
    }

    /// Whether the kernel has given the connection up (TCP): while nothing is read or written, nobody says so.
    public var isGone: Bool { information.map { $0.tcpi_state == Self.closedState } ?? false }

    /// The round trip as the kernel smooths it (TCP); nil when the connection is gone.
    public var roundTripNanoseconds: UInt64? {
        information.map { UInt64($0.tcpi_rtt) * 1_000 }
    }

    /// `TCP_CLOSE`.
    private static var closedState: UInt8 { 7 }

    private var information: tcp_info? {
        guard isOpen, kind == .tcp, let descriptor else { return nil }
        var info = tcp_info()
        var size = socklen_t(MemoryLayout<tcp_info>.size)
        guard getsockopt(descriptor, Int32(IPPROTO_TCP), TCP_INFO, &info, &size) == 0 else { return nil }
        return info
    }

    /// The number the system knows this connection by; nil when it is gone.
    var descriptor: Int32? {
        var number: uv_os_fd_t = -1
        return uv_fileno(handle, &number) == 0 ? number : nil
    }
}
