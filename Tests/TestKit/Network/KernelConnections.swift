import EventLoop

/// The established IPv4 connections of this network namespace, as the kernel tells them (`proc_pid_net(5)`).
public enum KernelConnections {
    /// What the next timer of a connection is for.
    public enum NextTimer: String {
        case none = "00:"
        case probe = "02:"
    }

    /// How many have such a timer.
    ///
    /// - Parameters:
    ///   - timer: The timer.
    ///   - port: The server's port.
    ///   - isServer: Whether the server's ends are counted, or the clients'.
    /// - Returns: Their number.
    /// - Throws: When the kernel's table cannot be read.
    public static func count(_ timer: NextTimer, port: UInt16, isServer: Bool) throws -> Int {
        let hex = String(port, radix: 16, uppercase: true)
        let end = ":" + String(repeating: "0", count: 4 - hex.count) + hex
        let text = String(decoding: try FileIO.read("/proc/net/tcp", limitBytes: 1 << 22), as: UTF8.self)
        // The fourth column is the state: 01 is established. The sixth begins with the timer.
        return text.split(separator: "\n").map { $0.split(separator: " ") }.count {
            $0.count > 5 && $0[isServer ? 1 : 2].hasSuffix(end) && $0[3] == "01"
                && $0[5].hasPrefix(timer.rawValue)
        }
    }
}
