import EventLoop
import TestKit

/// What a process holds, as the kernel says it.
struct Holdings: CustomStringConvertible {
    let residentKilobytes: Int
    let handles: Int

    init(of child: Child?) throws {
        let pid = child?.processID ?? 0
        let status = String(
            decoding: try FileIO.read("/proc/\(pid)/status", limitBytes: 1 << 16), as: UTF8.self)
        let line = status.split(separator: "\n").first { $0.hasPrefix("VmRSS:") } ?? ""
        residentKilobytes = Int(line.filter(\.isNumber)) ?? 0
        handles = try FileIO.list("/proc/\(pid)/fd").count
    }

    var description: String { "\(residentKilobytes) KiB, \(handles) handles" }
}
