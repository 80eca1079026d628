import EventLoop
import Foundation
import Model
import TestKit
import Testing

/// The control plane runs out of file descriptors: who is connected is served on, and what came free is used again.
@Suite(.onLoop, .serialized) struct OpenFilesTests {
    @Test(.timeLimit(.minutes(2))) @LoopActor func whatIsConnectedStaysAndNewOnesAreTakenAgain() async throws
    {
        let programs = try Programs(dockerHost: "unix:///nowhere")
        defer { programs.end() }
        try await programs.startControlPlane()
        let child = try #require(programs.controlPlane)
        let token = try programs.secret("FLEDX_CP_OPERATOR_TOKENS")
        let session = try await Session(programs.port, token)
        #expect(try await session.status("GET", "/api/v1/nodes") == 200)

        // Ten more connections fit before the descriptors kept for files begin.
        try await limitFiles(of: child, to: try openFiles(of: child) + 10 + Int(EventLoopLimits.sparedFiles))
        var statuses: [Int: Int] = [:]
        var others: [Session] = []
        for _ in 0..<40 {
            let other = try await Session(programs.port, token)
            statuses[try await other.status("GET", "/livez"), default: 0] += 1
            others.append(other)
        }
        #expect(statuses[200] ?? 0 >= 8 && statuses[503] ?? 0 >= 25, "\(statuses)")
        // The files are there for the database, so changes work too.
        #expect(
            try await session.status("POST", "/api/v1/deployments", KillTests.body("one", "a:1", replicas: 1))
                == 201)

        // Hardly one is left: connections are dropped, or refused where one came free, and the program neither ends nor
        // spins.
        let before = try openFiles(of: child)
        try await limitFiles(of: child, to: before)
        for _ in 0..<5 {
            let dropped = try await Session(programs.port, token)
            let status = try? await dropped.status("GET", "/livez")
            #expect(status == nil || status == 503)
        }
        #expect(try await session.status("GET", "/api/v1/deployments/one") == 200)
        #expect(
            try await session.status("POST", "/api/v1/deployments", KillTests.body("two", "a:1", replicas: 1))
                == 201)

        for other in others { other.close() }
        try await programs.eventually("connections are taken again") {
            let fresh = try await Session(programs.port, token)
            defer { fresh.close() }
            return try await fresh.status("GET", "/api/v1/deployments/two") == 200
        }
        #expect(try await session.status("GET", "/api/v1/nodes") == 200)
        let told = child.errorsSoFar.split(separator: "\n").filter {
            $0.contains("no new connection is taken")
        }
        #expect(told.count == 1, "\(told)")
        #expect(told.first?.contains("raise the limit of open files") == true)
    }

    private func openFiles(of child: Child) throws -> Int {
        try FileManager.default.contentsOfDirectory(atPath: "/proc/\(child.processID)/fd").count
    }

    private func limitFiles(of child: Child, to count: Int) async throws {
        let process = child.processID
        let result = try await BlockingPool.run {
            try Child.run("/usr/bin/prlimit", ["--pid", "\(process)", "--nofile=\(count):4096"])
        }
        try #require(result.code == 0, "\(result.errors)")
    }

    /// One connection that is kept.
    @LoopActor private final class Session {
        private let channel: ByteChannel
        private let token: String

        init(_ port: UInt16, _ token: String) async throws {
            channel = ByteChannel(
                try await LoopStream.connectTCP(host: "127.0.0.1", port: port, timeoutMilliseconds: 5_000))
            self.token = token
        }

        func close() { channel.stream.close() }

        /// The status of one exchange; its body is read to the end.
        func status(_ method: String, _ path: String, _ body: String = "") async throws -> Int {
            let head =
                "\(method) \(path) HTTP/1.1\r\nhost: x\r\nauthorization: Bearer \(token)\r\n"
                + "content-type: application/json\r\ncontent-length: \(body.utf8.count)\r\n\r\n"
            // A refusal may be there already, and the connection closed.
            try? await channel.write(Array((head + body).utf8))
            var answer = ""
            while !isWhole(answer) {
                guard let bytes = try await channel.read(deadlineMilliseconds: 10_000) else { break }
                answer += String(decoding: bytes, as: UTF8.self)
            }
            guard let status = answer.split(separator: " ").dropFirst().first.flatMap({ Int($0) }) else {
                throw Programs.Failure(description: "dropped without an answer")
            }
            return status
        }

        private func isWhole(_ answer: String) -> Bool {
            guard let end = answer.range(of: "\r\n\r\n") else { return false }
            let head = answer[..<end.lowerBound].lowercased()
            guard let field = head.range(of: "content-length: ") else { return true }
            let length = Int(head[field.upperBound...].prefix { $0.isNumber }) ?? 0
            return answer[end.upperBound...].utf8.count >= length
        }
    }
}
