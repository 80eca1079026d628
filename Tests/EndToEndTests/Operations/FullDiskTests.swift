import EventLoop
import Foundation
import JSON
import Model
import TestKit
import Testing

/// A 64 MiB file system that fills up under a running control plane.
@Suite(.onLoop, .serialized) struct FullDiskTests {
    @Test(.timeLimit(.minutes(3))) @LoopActor func aFullDiskRefusesChangesAndHealsWithoutARestart()
        async throws
    {
        let programs = try Programs(dockerHost: "unix:///nowhere")
        defer { programs.end() }
        let folder = programs.folder.path
        guard try await Self.run(["mount", "-t", "tmpfs", "-o", "size=64m,mode=0700", "tmpfs", folder]) else {
            return TestEnvironment.skip("a tmpfs cannot be mounted here")
        }
        do {
            try await fill(programs, folder)
        } catch {
            programs.end()
            _ = try? await Self.run(["umount", "-l", folder])
            throw error
        }
        programs.end()
        #expect(try await Self.run(["umount", "-l", folder]))
    }

    @LoopActor private func fill(_ programs: Programs, _ folder: String) async throws {
        try await programs.startControlPlane(["FLEDX_CP_STORAGE_RESERVE_BYTES": "8388608"])
        let process = programs.controlPlane?.processID
        let session = try await Session(programs)
        #expect(try await session.get("/api/v1/deployments") == 200)
        #expect(try await programs.call(.post, "/api/v1/deployments", Self.body("before")).0 == 201)

        // Within the reserve: changes are refused with the reason.
        let space = try FileIO.space(at: folder)
        try await Self.write(folder + "/filler", space.freeBytes - 6_000_000)
        try await programs.eventually("changes are refused") {
            try await programs.call(.post, "/api/v1/deployments", Self.body("early")).0 == 503
        }
        let (status, refusal) = try await programs.call(.post, "/api/v1/deployments", Self.body("refused"))
        #expect(status == 503)
        #expect(refusal["code"]?.stringValue == "storage_unavailable")
        #expect(refusal["error"]?.stringValue?.contains("FLEDX_CP_STORAGE_RESERVE_BYTES") == true)
        #expect(try await session.get("/api/v1/deployments/before") == 200, "the session stays")
        #expect(try await programs.status(.get, "/readyz") == 503)

        // Nothing left at all: nodes that join would have to be written, and reads still answer.
        let rest = try FileIO.space(at: folder)
        try? await Self.write(folder + "/rest", rest.freeBytes)
        for _ in 0..<5 {
            #expect(try await session.get("/api/v1/deployments/before") == 200)
            #expect(try await session.get("/api/v1/nodes") == 200)
            #expect(try await programs.call(.post, "/api/v1/deployments", Self.body("refused")).0 == 503)
        }

        try FileIO.remove(folder + "/filler")
        try FileIO.remove(folder + "/rest")
        try await programs.eventually("changes are taken again") {
            try await programs.call(.post, "/api/v1/deployments", Self.body("after")).0 == 201
        }
        #expect(try await session.get("/api/v1/deployments/after") == 200, "the same session, all the time")
        #expect(programs.controlPlane?.processID == process)
        #expect(try await programs.call(.get, "/api/v1/deployments/refused").0 == 404)
        session.close()
    }

    private static func body(_ name: String) -> String { #"{"name":"\#(name)","image":"nginx:1"}"# }

    @LoopActor private static func run(_ words: [String]) async throws -> Bool {
        try await BlockingPool.run { try Child.run("/usr/bin/env", words).code == 0 }
    }

    @LoopActor private static func write(_ path: String, _ bytes: Int64) async throws {
        _ = try await run(["sh", "-c", "head -c \(bytes) /dev/zero > '\(path)'"])
    }
}

/// One kept connection of an operator.
@LoopActor
final class Session {
    private let channel: ByteChannel
    private let token: String

    init(_ programs: Programs) async throws {
        token = try programs.secret("FLEDX_CP_OPERATOR_TOKENS")
        channel = ByteChannel(
            try await LoopStream.connectTCP(
                host: "127.0.0.1", port: programs.port, timeoutMilliseconds: 5000))
    }

    /// The status of an answer that comes on the same connection.
    func get(_ path: String) async throws -> Int {
        try await channel.write("GET \(path) HTTP/1.1\r\nhost: x\r\nauthorization: Bearer \(token)\r\n\r\n")
        var bytes: [UInt8] = []
        while true {
            let text = String(decoding: bytes, as: UTF8.self)
            if let end = text.range(of: "\r\n\r\n") {
                let head = text[..<end.lowerBound].lowercased().split(separator: "\r\n")
                let length =
                    head.first { $0.hasPrefix("content-length:") }
                    .flatMap { Int($0.dropFirst(15).drop { $0 == " " }) } ?? 0
                if text[end.upperBound...].utf8.count >= length {
                    return Int(head[0].split(separator: " ")[1]) ?? 0
                }
            }
            guard let more = try await channel.read(deadlineMilliseconds: 10_000) else {
                throw Programs.Failure(description: "the session was closed after: \(text)")
            }
            bytes += more
        }
    }

    func close() { channel.close() }
}
