import EventLoop
import Foundation
import HTTP2
import TestKit
import Testing
import Tunnel

/// The agent's side on a plain listener, taken through clients that others have written.
@Suite(.onLoop) struct OtherClientsTests {
    @Test @LoopActor func h2loadFindsNothingWrong() async throws {
        try await Self.withServer { port in
            let url = "http://127.0.0.1:\(port)"
            for words in [
                ["-n", "4000", "-c", "4", "-m", "50", "\(url)/small"],
                ["-n", "64", "-c", "2", "-m", "16", "\(url)/large"],
                ["-n", "400", "-c", "2", "-m", "10", "-d", "/usr/bin/env", "\(url)/echo"],
                ["-n", "200", "-c", "2", "-m", "100", "-w", "10", "-W", "12", "\(url)/large"],
            ] {
                guard let result = try await Self.run("h2load", words) else { return }
                let asked = words[1]
                #expect(
                    result.output.contains(
                        "\(asked) total, \(asked) started, \(asked) done, \(asked) succeeded"),
                    "\(words): \(result)")
                #expect(
                    result.output.contains("status codes: \(asked) 2xx, 0 3xx, 0 4xx, 0 5xx"), "\(result)")
            }
        }
    }

    @Test @LoopActor func nghttpUnderstandsEveryFrame() async throws {
        try await Self.withServer { port in
            let url = "http://127.0.0.1:\(port)"
            guard
                let result = try await Self.run(
                    "nghttp", ["-v", "--no-dep", "\(url)/small", "\(url)/trailers"])
            else { return }
            #expect(result.code == 0, "\(result)")
            let text = result.output.replacing(/\u{1B}\[[0-9;]*m/, with: "")
            for part in [
                "recv SETTINGS frame", "SETTINGS_MAX_CONCURRENT_STREAMS(0x03):256",
                "SETTINGS_INITIAL_WINDOW_SIZE(0x04):16384", "recv WINDOW_UPDATE frame", ":status: 200",
                "recv DATA frame", "x-fledx-exit-code: 7", "END_STREAM",
            ] { #expect(text.contains(part), "\(part) is missing in \(text)") }
            #expect(!text.contains("[ERROR]") && !text.contains("RST_STREAM"), "\(text)")
        }
    }

    /// A listener each of whose connections is a tunnel's agent side.
    @LoopActor private static func withServer(_ test: @LoopActor (UInt16) async throws -> Void) async throws {
        var connections: [TunnelConnection] = []
        let listener = try Listener.tcp(host: "127.0.0.1", port: 0) { stream in
            let connection = TunnelConnection(stream, .server, limits: .small)
            connection.onRequest = { stream in StreamTask.serve(stream) { try await answer(stream) } }
            connections.append(connection)
            connection.start()
        }
        try await test(listener.port)
        listener.close()
        for connection in connections { connection.close(TunnelFailure(.closed, "the test is over")) }
        await LoopActor.pass()
    }

    @LoopActor private static func answer(_ stream: TunnelStream) async throws {
        stream.respond(TunnelPair.ok)
        switch stream.request[":path"] {
        case "/small": try await stream.write(Array("small".utf8))
        case "/large": try await stream.write([UInt8](repeating: 7, count: 1 << 20))
        case "/echo": while let bytes = try await stream.next() { try await stream.write(bytes) }
        default:
            try await stream.write(Array("with trailers".utf8))
            return stream.finish(trailers: [HTTP2Field("x-fledx-exit-code", "7")])
        }
        stream.finish()
    }

    private static func run(_ program: String, _ words: [String]) async throws -> Child.Result? {
        guard let path = PrivateDocker.path(of: program) else {
            TestEnvironment.skip("\(program) is missing: packaging/setup.sh test installs it")
            return nil
        }
        return try await BlockingPool.run { try Child.run(path, words, environment: [:], seconds: 60) }
    }
}
