public import EventLoop
import Foundation
import Model

/// A router with network address translation between this machine's own network and a place beyond it.
///
/// From here that place is reached; nothing here is reached from there. Names and addresses are this network's alone,
/// and a supervising script takes it away when the process ends, killed or not.
@LoopActor
public final class NATNetwork {
    /// Why there is no network.
    public struct Failure: Error, CustomStringConvertible {
        /// What happened.
        public let description: String
    }

    /// The namespace beyond the router.
    public nonisolated let beyond: String
    /// The router's namespace.
    public nonisolated let router: String
    /// This machine's address, which nobody beyond the router reaches.
    public nonisolated let insideAddress: String
    /// The address beyond the router.
    public nonisolated let beyondAddress: String
    /// The router's address, as it is seen from beyond.
    public private(set) var routerAddress: String

    private let name: String
    private let block: Int
    private let supervisor: SupervisedShell
    private static var number = 0

    /// Why none can be made here; nil when one can.
    public nonisolated static var unavailable: String? {
        guard geteuid() == 0 else { return "network namespaces need root" }
        for program in ["ip", "iptables", "conntrack", "ss", "curl", "python3"]
        where PrivateDocker.path(of: program) == nil {
            return "tests of networks need \(program) (Debian: iproute2, iptables, conntrack, curl, python3)"
        }
        return nil
    }

    /// Makes a network; each direction takes `delayMilliseconds`.
    public static func make(delayMilliseconds: Int = 0) async throws -> NATNetwork {
        number += 1
        let pid = Int(SystemInfo.processID)
        let name = "fxn\(pid % 1_000_000)x\(number)"
        let supervisor = try SupervisedShell(
            script: NATScript.tearDown, arguments: [name], log: "/tmp/\(name).log")
        try? FileManager.default.removeItem(atPath: "/tmp/\(name).log")
        let environment = ["PATH": path, "DELAY_LINE": delayLine]
        let first = (pid + number) % 250 + 1
        let made = try await BlockingPool.run {
            try Child.run(
                "/bin/sh", ["-c", NATScript.setUp, "sh", name, "\(first)", "\(delayMilliseconds)"],
                environment: environment)
        }
        let block = Int(made.output.filter(\.isNumber))
        guard made.code == 0, let block else {
            supervisor.end()
            throw Failure(description: "no network: \(made.errors)")
        }
        return NATNetwork(name, block, supervisor)
    }

    private init(_ name: String, _ block: Int, _ supervisor: SupervisedShell) {
        self.name = name
        self.block = block
        self.supervisor = supervisor
        router = "\(name)r"
        beyond = "\(name)b"
        insideAddress = "198.18.\(block).1"
        beyondAddress = "198.19.\(block).9"
        routerAddress = "198.19.\(block).1"
    }

    /// Takes everything away.
    public func end() { supervisor.end() }

    /// Runs a line of shell in the router; its output.
    @discardableResult
    public func inRouter(_ line: String) async throws -> String { try await shell(line, in: router) }

    /// Runs a line of shell beyond the router; its output.
    @discardableResult
    public func inBeyond(_ line: String) async throws -> String { try await shell(line, in: beyond) }

    /// Runs a line of shell here; its output.
    @discardableResult
    public func here(_ line: String) async throws -> String { try await shell(line, in: nil) }

    /// Gives the router another address and forgets every connection it knew.
    public func moveRouter() async throws {
        let last = routerAddress.hasSuffix(".1") ? 2 : 1
        let next = "198.19.\(block).\(last)"
        try await inRouter(
            "ip addr del \(routerAddress)/24 dev outside; ip addr add \(next)/24 dev outside; conntrack -F")
        routerAddress = next
    }

    /// How a program is started beyond the router.
    public nonisolated func commandBeyond(_ words: [String]) -> [String] {
        ["/usr/sbin/ip", "netns", "exec", beyond] + words
    }

    private func shell(_ line: String, in place: String?) async throws -> String {
        let words = (place.map { ["/usr/sbin/ip", "netns", "exec", $0] } ?? []) + ["/bin/sh", "-c", line]
        let result = try await BlockingPool.run {
            try Child.run(words[0], Array(words[1...]), environment: ["PATH": NATNetwork.path])
        }
        guard result.code == 0 else { throw Failure(description: "\(line): \(result.errors)") }
        return result.output
    }

    /// The program that makes a long way: the one that measurements use.
    private nonisolated static let delayLine = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().appendingPathComponent("../../../packaging/delay_line.py").path

    private nonisolated static let path = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
}
