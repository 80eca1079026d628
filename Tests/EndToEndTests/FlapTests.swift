import EventLoop
import Foundation
import JSON
import Model
import TestKit
import Testing

/// The link between agent and control plane breaks every second, for minutes.
@Suite(.onLoop, .serialized) struct FlapTests {
    @Test(.timeLimit(.minutes(15))) @LoopActor func anAgentOnALinkThatBreaksEverySecondDoesNotGrow()
        async throws
    {
        guard let docker = try await PrivateDocker.shared() else { return }
        let image = try await docker.image()
        let programs = try Programs(dockerHost: docker.host)
        defer { programs.end() }
        try await programs.startControlPlane()
        let link = try FlappingLink(to: programs.port)
        defer { link.close() }
        try programs.startAgent([
            "FLEDX_AGENT_CONTROL_PLANE_URL": "http://127.0.0.1:\(link.port)", "FLEDX_LOG": "error",
        ])
        #expect(
            try await programs.call(.post, "/api/v1/deployments", KillTests.body("flap", image, replicas: 2))
                .0
                == 201)
        try await programs.awaitRunning("flap", replicas: 2)
        let before = try await Containers.of("flap", on: docker).runningIDs
        let agent = try #require(programs.agent)
        // What it allocates once, for failures too, is there after the first breaks.
        let settling = TestEnvironment.count(short: 20, long: 120)
        let breaks = TestEnvironment.count(short: 35, long: 480)
        try await link.flap(settling)
        let first = try Self.anonymousKilobytes(agent.processID)
        try await link.flap(breaks)
        let last = try Self.anonymousKilobytes(agent.processID)
        let growth = Double(last - first) / Double(first) * 100
        StandardIO.write(
            "measured: anonymous memory \(first) KiB, after \(breaks) more breaks \(last) KiB "
                + "(\((growth * 100).rounded() / 100) %); \(link.broken) connections broken\n", to: .error)
        #expect(growth <= 1, "\(first) KiB became \(last) KiB in \(breaks) breaks")
        #expect(link.broken >= breaks / 2, "it was to connect again after each break")
        #expect(try await Containers.of("flap", on: docker).runningIDs == before)
    }

    private static func anonymousKilobytes(_ process: Int32) throws -> Int {
        let text = try String(contentsOfFile: "/proc/\(process)/smaps_rollup", encoding: .utf8)
        let line = try #require(text.split(separator: "\n").first { $0.hasPrefix("Anonymous:") })
        return try #require(line.split(separator: " ").dropFirst().first.flatMap { Int($0) })
    }
}

/// Passes bytes on between the two, until everything is broken off.
@LoopActor
private final class FlappingLink {
    private let target: UInt16
    private var listener: Listener?
    private var open: [Int: (ByteChannel, ByteChannel?)] = [:]
    private var number = 0
    /// Connections broken so far.
    private(set) var broken = 0

    init(to target: UInt16) throws {
        self.target = target
        listener = try Listener.tcp(host: "127.0.0.1", port: 0) { [weak self] in self?.accept(ByteChannel($0))
        }
    }

    var port: UInt16 { listener?.port ?? 0 }

    func close() {
        breakAll()
        listener?.close()
    }

    /// Breaks everything every second.
    func flap(_ times: Int) async throws {
        for _ in 0..<times {
            try await LoopActor.sleep(milliseconds: 1000)
            breakAll()
        }
    }

    private func breakAll() {
        for (near, far) in open.values {
            near.close()
            far?.close()
        }
        broken += open.count
        open = [:]
    }

    private func accept(_ near: ByteChannel) {
        number += 1
        let key = number
        open[key] = (near, nil)
        Task { await self.relay(key, near) }
    }

    private func relay(_ key: Int, _ near: ByteChannel) async {
        guard
            let stream = try? await LoopStream.connectTCP(
                host: "127.0.0.1", port: target, timeoutMilliseconds: 5000)
        else { return near.close() }
        let far = ByteChannel(stream)
        guard open[key] != nil else { return far.close() }
        open[key] = (near, far)
        async let there: Void = Self.copy(near, far)
        async let back: Void = Self.copy(far, near)
        _ = await (there, back)
        open[key] = nil
    }

    private static func copy(_ from: ByteChannel, _ to: ByteChannel) async {
        while let bytes = try? await from.read(deadlineMilliseconds: 600_000) {
            do { try await to.write(bytes) } catch { break }
        }
        from.close()
        to.close()
    }
}
