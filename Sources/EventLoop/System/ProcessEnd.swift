internal import Glibc

/// Ends processes that this machine's engine started on our behalf.
public enum ProcessEnd {
    /// How hard to ask.
    public enum Force: Sendable {
        /// The terminal is gone.
        case hangUp
        /// At once, without asking.
        case kill
    }

    /// Signals a process and, where it leads one, its group; one that has ended is left alone.
    public static func signal(_ process: Int32, _ force: Force) {
        guard process > 1 else { return }
        let number = force == .hangUp ? SIGHUP : SIGKILL
        if getpgid(process) == process { Glibc.kill(-process, number) }
        Glibc.kill(process, number)
    }

    /// Whether two processes are in the same control group, which for containers means in the same one.
    public static func areTogether(_ one: Int32, _ other: Int32) -> Bool {
        guard let first = group(one), let second = group(other) else { return false }
        return !first.isEmpty && first == second
    }

    private static func group(_ process: Int32) -> [UInt8]? {
        try? FileIO.readStart("/proc/\(process)/cgroup", limitBytes: 4_096)
    }
}
