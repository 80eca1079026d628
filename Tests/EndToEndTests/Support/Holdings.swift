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

    /// A process's share of memory in KiB: what it holds alone, and its part of what it shares.
    static func shareKilobytes(of child: Child?) throws -> Int {
        let path = "/proc/\(child?.processID ?? 0)/smaps_rollup"
        let text = String(decoding: try FileIO.read(path, limitBytes: 1 << 16), as: UTF8.self)
        let line = text.split(separator: "\n").first { $0.hasPrefix("Pss:") } ?? ""
        return Int(line.filter(\.isNumber)) ?? 0
    }
}

/// The largest shares of memory that were seen of both daemons.
struct LargestShares: CustomStringConvertible {
    private(set) var plane = 0
    private(set) var agent = 0

    /// Looks once.
    @LoopActor mutating func look(_ programs: Programs) throws {
        plane = max(plane, try Holdings.shareKilobytes(of: programs.controlPlane))
        agent = max(agent, try Holdings.shareKilobytes(of: programs.agent))
    }

    var description: String { "control plane \(plane) KiB, agent \(agent) KiB" }
}
