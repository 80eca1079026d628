import EventLoop
import Foundation
import Model
import TestKit
import Testing

/// Clients that mean no good, against the built program: others are served meanwhile, memory stays bounded.
@Suite(.onLoop, .serialized) struct HostileTests {
    /// What may be added to the resident memory by everything below; 4,096 connections are held at most.
    private static let addedKibibytes = 96 * 1024

    @Test(.timeLimit(.minutes(5))) @LoopActor func idleSlowAndFloodingClientsKeepNobodyOut() async throws {
        guard OpenFiles.raiseLimit() > 6_000 else { return TestEnvironment.skip("too few files may be open") }
        let programs = try Programs(dockerHost: "unix:///nowhere")
        defer { programs.end() }
        try await programs.startControlPlane()
        let process = try #require(programs.controlPlane?.processID)
        for _ in 0..<20 { #expect(try await programs.call(.get, "/api/v1/nodes").0 == 200) }
        let before = try Figures(process)

        var attackers: [LoopStream] = []
        for number in 0..<5_000 {
            let stream = try await LoopStream.connectTCP(
                host: "127.0.0.1", port: programs.port, timeoutMilliseconds: 10_000)
            attackers.append(stream)
            if number % 10 == 0 { stream.write(Array("GET /livez HT".utf8)) }
            if number % 500 == 0 { #expect(try await programs.call(.get, "/api/v1/nodes").0 == 200) }
        }
        let idle = try Figures(process)
        try await healthy(programs, "5,000 idle and slow connections")

        for stream in attackers.suffix(200) {
            let line = "GET /api/v1/nodes HTTP/1.1\r\nhost: x\r\n\r\n"
            stream.write(Array(String(repeating: line, count: 200).utf8))
        }
        for stream in attackers.dropLast(200).suffix(500) { stream.write(Array("x-slow: 1\r\n".utf8)) }
        try await healthy(programs, "floods of pipelined requests, and dripping heads")
        let flooded = try Figures(process)

        for stream in attackers { stream.close() }
        for stream in attackers { await stream.closed() }
        try await programs.eventually("every handle is given back") {
            try Figures(process).handles <= before.handles + 2
        }
        let after = try Figures(process)
        print(
            "resident: \(before.kibibytes) KiB before, \(idle.kibibytes) with 5,000 idle and slow connections, "
                + "\(flooded.kibibytes) with floods, \(after.kibibytes) after; handles \(before.handles), "
                + "\(idle.handles), \(flooded.handles), \(after.handles)")
        for figures in [idle, flooded, after] {
            #expect(figures.kibibytes < before.kibibytes + Self.addedKibibytes)
        }
        try await healthy(programs, "the end of all that")
    }

    @LoopActor private func healthy(_ programs: Programs, _ when: String) async throws {
        for _ in 0..<20 {
            let status = try await programs.call(.get, "/api/v1/nodes").0
            #expect(status == 200, "during \(when)")
        }
    }

    /// What the kernel says of a process.
    private struct Figures {
        let kibibytes: Int
        let handles: Int

        init(_ process: Int32) throws {
            let status = try String(contentsOfFile: "/proc/\(process)/status", encoding: .utf8)
            let line = status.split(separator: "\n").first { $0.hasPrefix("VmRSS:") } ?? ""
            kibibytes = line.split(separator: " ").compactMap { Int($0.filter(\.isNumber)) }.first ?? 0
            handles = try FileManager.default.contentsOfDirectory(atPath: "/proc/\(process)/fd").count
        }
    }
}
