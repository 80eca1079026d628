internal import CUV
internal import Glibc

/// What the process knows about itself and its machine.
public enum SystemInfo {
    /// The environment as it was when first asked for, which `runMain` does at the start.
    public static let environment: [String: String] = readEnvironment()

    /// The words of the command line, the program first.
    public static var arguments: [String] { CommandLine.arguments }

    /// The machine's host name.
    public static var hostName: String {
        var name = [CChar](repeating: 0, count: 256)
        guard gethostname(&name, name.count - 1) == 0 else { return "localhost" }
        return text(name)
    }

    /// The kernel's name, release and architecture, as in `uname`.
    public static var kernel: (name: String, release: String, machine: String) {
        var names = utsname()
        guard uname(&names) == 0 else { return ("", "", "") }
        let name = withUnsafeBytes(of: &names.sysname) { text($0) }
        let release = withUnsafeBytes(of: &names.release) { text($0) }
        let machine = withUnsafeBytes(of: &names.machine) { text($0) }
        return (name, release, machine)
    }

    /// Processors this process may use.
    public static var processorCount: Int { max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN))) }

    /// The machine's memory in bytes; 0 when unknown.
    public static var totalMemoryBytes: Int64 { kilobytes("MemTotal", in: "/proc/meminfo") }

    /// The memory a new program could use, in bytes; 0 when unknown.
    public static var availableMemoryBytes: Int64 { kilobytes("MemAvailable", in: "/proc/meminfo") }

    /// This process.
    public static var processID: Int32 { getpid() }

    /// Whether the process runs as root.
    public static var isRoot: Bool { geteuid() == 0 }

    /// Resident memory of this process in bytes; 0 when unknown.
    public static var residentBytes: Int64 { kilobytes("VmRSS", in: "/proc/self/status") }

    /// Threads of this process; 0 when unknown.
    public static var threadCount: Int { Int(field("Threads", in: "/proc/self/status") ?? 0) }

    /// Open file descriptors of this process; 0 when unknown.
    public static var openFileCount: Int {
        let names = try? FileIO.list("/proc/self/fd")
        return max(0, (names?.count ?? 1) - 1)
    }

    /// Names this boot of the machine; nil when unknown.
    public static var bootIdentifier: String? {
        guard let bytes = kernelFile("/proc/sys/kernel/random/boot_id") else { return nil }
        return String(decoding: bytes.prefix { $0 > 0x20 }, as: UTF8.self)
    }

    private static func kilobytes(_ name: String, in path: String) -> Int64 {
        (field(name, in: path) ?? 0) * 1024
    }

    /// The number after `name:` in a kernel file of such lines.
    private static func field(_ name: String, in path: String) -> Int64? {
        guard let bytes = kernelFile(path) else { return nil }
        let wanted = Array(name.utf8) + [UInt8(ascii: ":")]
        for line in bytes.split(separator: UInt8(ascii: "\n")) where line.starts(with: wanted) {
            let digits = line.dropFirst(wanted.count).drop { !(0x30...0x39).contains($0) }
            return Int64(String(decoding: digits.prefix { (0x30...0x39).contains($0) }, as: UTF8.self))
        }
        return nil
    }

    private static func kernelFile(_ path: String) -> [UInt8]? {
        try? FileIO.read(path, limitBytes: EventLoopLimits.kernelFileBytes)
    }

    private static func readEnvironment() -> [String: String] {
        var found: [String: String] = [:]
        var entry = environ
        while let line = entry.pointee {
            let bytes = UnsafeBufferPointer(
                start: UnsafeRawPointer(line).assumingMemoryBound(to: UInt8.self), count: strlen(line))
            entry += 1
            guard let equals = bytes.firstIndex(of: UInt8(ascii: "=")) else { continue }
            let name = String(decoding: bytes[..<equals], as: UTF8.self)
            found[name] = String(decoding: bytes[(equals + 1)...], as: UTF8.self)
        }
        return found
    }

    private static func text(_ characters: [CChar]) -> String { characters.withUnsafeBytes { text($0) } }

    private static func text(_ bytes: UnsafeRawBufferPointer) -> String {
        String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
    }
}
