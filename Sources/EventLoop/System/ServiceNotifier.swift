internal import CUV
internal import Glibc

/// Tells systemd how the service is doing (`sd_notify`).
public enum ServiceNotifier {
    /// Sends lines such as `READY=1`; false when no service manager listens or the message did not get through.
    @discardableResult
    public static func notify(
        _ state: String, socketPath: String? = SystemInfo.environment["NOTIFY_SOCKET"]
    ) -> Bool {
        guard let path = socketPath, let first = path.utf8.first else { return false }
        guard first == UInt8(ascii: "/") || first == UInt8(ascii: "@"),
            path.utf8.count <= EventLoopLimits.unixPathBytes
        else { return false }
        let descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue) | O_CLOEXEC | O_NONBLOCK, 0)
        guard descriptor >= 0 else { return false }
        defer { close(descriptor) }
        let bytes = Array(state.utf8)
        return withUnixAddress(path) { address, length in
            sendto(descriptor, bytes, bytes.count, Int32(MSG_NOSIGNAL), address, length) == bytes.count
        }
    }

    /// Tells that files are being read again, does it, and tells that it is done.
    ///
    /// "RELOADING=1 … together with MONOTONIC_USEC=": systemd 253 and later wait for the READY=1 behind it.
    public static func reloading(_ body: () -> Void) {
        let microseconds = uv_hrtime() / 1000
        notify("RELOADING=1\nMONOTONIC_USEC=\(microseconds)")
        body()
        notify("READY=1")
    }

    /// How often `WATCHDOG=1` is expected, halved for safety; nil when it is not.
    public static var watchdogMilliseconds: Int64? {
        guard let text = SystemInfo.environment["WATCHDOG_USEC"], let microseconds = Int64(text),
            microseconds > 0
        else { return nil }
        return max(1, microseconds / 2000)
    }
}
