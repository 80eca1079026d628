import DockerEngine
import EventLoop
import HTTPClient
import Model
import TestKit
import Testing

/// Answers that a real engine does not give on demand.
@Suite(.onLoop)
struct FakeEngineTests {
    /// An HTTP server on a Unix socket that answers by path.
    @LoopActor
    private final class FakeEngine {
        var version = "1.41"
        var oldest = "1.12"
        /// Whether its first word names the version.
        var announces = true
        var answers: [String: String] = [:]
        private(set) var seen: [String] = []
        private let folder: TemporaryFolder
        private var listener: Listener?
        let http = HTTPClient()

        init() throws {
            folder = try TemporaryFolder()
            listener = try Listener.unix(path: folder.path("s")) { stream in
                Task { @LoopActor in try? await self.serve(ByteChannel(stream)) }
            }
        }

        var client: DockerClient {
            DockerClient(endpoint: DockerEndpoint(socketPath: folder.path("s")), http: http)
        }

        func end() {
            listener?.close()
            listener = nil
            http.close()
        }

        private func serve(_ channel: ByteChannel) async throws {
            defer { channel.close() }
            let head = String(decoding: try await channel.read() ?? [], as: UTF8.self)
            let words = head.split(separator: " ")
            guard words.count > 1 else { return }
            let path = String(words[1].prefix { $0 != "?" })
            seen.append(path)
            let text = answer(path)
            guard text.isEmpty else { return try await channel.write(text) }
            // Until the client leaves.
            while try await channel.read() != nil {}
        }

        func untilSeen(_ path: String) async throws {
            let end = EventLoop.now.adding(milliseconds: 10_000)
            while !seen.contains(path) {
                try #require(EventLoop.now < end, "'\(path)' was not asked: \(seen)")
                await LoopActor.pass()
            }
        }

        private func answer(_ path: String) -> String {
            if path == "/_ping" {
                return Self.json("OK", fields: announces ? "Api-Version: \(version)\r\n" : "")
            }
            if path == "/version" {
                return Self.json("{\"ApiVersion\":\"\(version)\",\"MinAPIVersion\":\"\(oldest)\"}")
            }
            let spoken = "/v\(version)"
            guard path.hasPrefix(spoken) else {
                return Self.json(
                    "{\"message\":\"client version 1.41 is too old\"}", status: "400 Bad Request")
            }
            return answers[String(path.dropFirst(spoken.count))] ?? Self.json("{}", status: "404 Not Found")
        }

        static func json(_ text: String, status: String = "200 OK", fields: String = "") -> String {
            "HTTP/1.1 \(status)\r\nConnection: close\r\n\(fields)Content-Length: \(text.utf8.count)\r\n\r\n\(text)"
        }
    }

    @Test @LoopActor
    func aReplacedEngineIsNegotiatedWithAgain() async throws {
        let engine = try FakeEngine()
        engine.answers["/containers/json"] = FakeEngine.json("[]")
        let client = engine.client
        _ = try await client.listContainers(labels: [])
        #expect(client.version == APIVersion(major: 1, minor: 41))
        (engine.version, engine.oldest) = ("1.46", "1.44")
        _ = try await client.listContainers(labels: [])
        #expect(client.version == APIVersion(major: 1, minor: 46))
        // Its newest version is enough to know, unless it is newer than ours.
        #expect(engine.seen.contains("/_ping") && !engine.seen.contains("/version"))
        (engine.version, engine.oldest) = ("1.60", "1.50")
        #expect(await kind { _ = try await client.listContainers(labels: []) } == .unsupportedVersion)
        (engine.version, engine.oldest, engine.announces) = ("1.45", "1.24", false)
        _ = try await client.listContainers(labels: [])
        #expect(client.version == APIVersion(major: 1, minor: 45))
        engine.end()
    }

    @Test @LoopActor
    func aPullFailsByTheWordsInItsStream() async throws {
        let engine = try FakeEngine()
        let cases: [(String, DockerFailure.Kind)] = [
            ("{\"status\":\"Pulling\"}\r\n{\"error\":\"manifest unknown\"}", .imageNotFound),
            ("{\"errorDetail\":{\"message\":\"r/x:1: not found\"}}", .imageNotFound),
            ("{\"error\":\"unauthorized: bad token\"}", .imageAccessDenied),
            ("{\"error\":\"dial tcp: i/o timeout\"}", .registryUnavailable),
            ("{\"error\":\"no space left on device\"}", .server(status: 500)),
            ("{\"status\":\"half", .unreachable), ("<html>", .badAnswer), ("{\"a\":}", .badAnswer),
        ]
        let reference = try #require(ImageReference("r.example/x:1"))
        for (text, expected) in cases {
            engine.answers["/images/create"] = FakeEngine.json(text)
            let found = await kind { _ = try await engine.client.pullImage(reference, milliseconds: 5_000) }
            #expect(found == expected, "\(text)")
        }
        engine.end()
    }

    @Test @LoopActor
    func whoGivesUpWhileACommandStartsKnowsItsName() async throws {
        let engine = try FakeEngine()
        engine.answers["/containers/c/exec"] = FakeEngine.json("{\"Id\":\"e1\"}")
        // The start is never answered.
        engine.answers["/exec/e1/start"] = ""
        var names: [String] = []
        let client = engine.client
        let attaching = Task { @LoopActor in
            try await client.attach(AttachedCommand(["sleep"]), in: "c") { names.append($0) }
        }
        try await engine.untilSeen("/v1.41/exec/e1/start")
        attaching.cancel()
        await #expect(throws: CancellationError.self) { _ = try await attaching.value }
        #expect(names == ["e1"])
        engine.end()
    }

    @Test @LoopActor
    func brokenAnswersAreNoCrash() async throws {
        let engine = try FakeEngine()
        for text in ["", "[", "<html>", "{\"Id\":7}", "nul", "[1,2"] {
            engine.answers["/containers/x/json"] = FakeEngine.json(text)
            engine.answers["/containers/json"] = FakeEngine.json(text)
            _ = await kind { _ = try await engine.client.inspectContainer("x") }
            _ = await kind { _ = try await engine.client.listContainers(labels: ["a"]) }
        }
        engine.answers["/containers/x/json"] = "HTTP/1.1 200 OK\r\nContent-Length: 99999999\r\n\r\n"
        #expect(await kind { _ = try await engine.client.inspectContainer("x") } == .unreachable)
        engine.answers["/containers/x/json"] = "nonsense\r\n\r\n"
        #expect(await kind { _ = try await engine.client.inspectContainer("x") } == .badAnswer)
        engine.end()
    }
}
