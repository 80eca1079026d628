import EventLoop
import HTTPClient
import Model
import TestKit
import Testing

@Suite(.onLoop)
struct FailureTests {
    @LoopActor
    private func failure(_ request: HTTPClientRequest, _ client: HTTPClient) async -> HTTPClientFailure? {
        do {
            _ = try await client.request(request)
            return nil
        } catch { return error as? HTTPClientFailure }
    }

    @Test @LoopActor
    func refusedAndMissingPeersAreConnectFailures() async throws {
        let client = HTTPClient()
        let spare = try Listener.tcp(host: "127.0.0.1", port: 0)
        let url = "http://127.0.0.1:\(spare.port)/a?token=secret"
        spare.close()
        await spare.closed()
        let refused = await failure(HTTPClientRequest(.get, url), client)
        #expect(refused?.code == .connectFailed)
        #expect(refused?.retryable == true)
        #expect(refused?.neverSent == true)
        #expect(refused?.systemError == 111)
        #expect(refused?.description.contains("secret") == false)
        let missing = HTTPClientRequest(.get, "http://docker/_ping", unixSocketPath: "/nonexistent/socket")
        let noSocket = await failure(missing, client)
        #expect(noSocket?.code == .connectFailed)
        let unresolved = await failure(HTTPClientRequest(.get, "http://no-such-host.invalid/"), client)
        #expect(unresolved?.code == .nameNotResolved)
        client.close()
    }

    @Test(arguments: ["ftp://a/", "http://a b/", "/x", "http://a/\u{7F}"]) @LoopActor
    func urlsThatAreNoneAreRefused(url: String) async throws {
        let client = HTTPClient()
        #expect(await failure(HTTPClientRequest(.get, url), client)?.code == .invalidRequest)
        client.close()
    }

    @Test @LoopActor
    func brokenAnswersAreToldApart() async throws {
        let answers: [(String, HTTPClientFailure.Code)] = [
            ("", .connectionLost), ("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc", .connectionLost),
            ("SSH-2.0-OpenSSH\r\n", .badResponse),
            ("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", .connectionLost),
            ("HTTP/1.1 200 OK\r\nX: \(String(repeating: "y", count: 70_000))\r\n\r\n", .headTooLarge),
            (
                "HTTP/1.1 200 OK\r\nContent-Length: 2000\r\n\r\n\(String(repeating: "z", count: 2000))",
                .bodyTooLarge
            ),
        ]
        for (answer, code) in answers {
            let server = try RawServer.tcp { connection in
                _ = try await connection.head()
                try await connection.channel.write(answer)
                connection.channel.finish()
                try await connection.closed()
            }
            let client = HTTPClient()
            var request = HTTPClientRequest(.get, server.url)
            request.maximumBodyBytes = 1000
            let result = await failure(request, client)
            #expect(result?.code == code, "\(result?.description ?? "none")")
            #expect(result?.description.contains("zzz") == false)
            client.close()
            server.close()
        }
    }

    @Test @LoopActor
    func everyDeadlineEndsItsRequest() async throws {
        let server = try RawServer.tcp { connection in
            let head = try await connection.head() ?? ""
            if !head.contains("/silent") {
                try await connection.channel.write("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n")
            }
            if head.contains("/drip") {
                for _ in 0..<100 {
                    try await connection.channel.write("x")
                    try await LoopActor.sleep(milliseconds: 10)
                }
            }
            try await connection.closed()
        }
        let cases: [(String, HTTPClientDeadlines, HTTPClientFailure.Code)] = [
            ("/silent", HTTPClientDeadlines(responseHead: 50, total: nil), .responseTimedOut),
            ("/silent", HTTPClientDeadlines(idle: 50, total: nil), .idleTimedOut),
            ("/silent", HTTPClientDeadlines(total: 50), .totalTimedOut),
            ("/head", HTTPClientDeadlines(responseHead: 5_000, idle: 80, total: nil), .idleTimedOut),
            ("/drip", HTTPClientDeadlines(idle: 5_000, total: 150), .totalTimedOut),
        ]
        let client = HTTPClient()
        for (path, deadlines, code) in cases {
            var request = HTTPClientRequest(.get, server.url + path)
            request.deadlines = deadlines
            let start = EventLoop.now
            let result = await failure(request, client)
            #expect(result?.code == code)
            #expect(result?.isTimeout == true)
            #expect(EventLoop.now.milliseconds(since: start) < 4_000)
        }
        try await server.until(open: 0)
        #expect(client.requestsInProgress == 0)
        client.close()
        server.close()
    }

    @Test @LoopActor
    func cancellationClosesTheConnectionAtOnce() async throws {
        let server = try RawServer.tcp { connection in
            _ = try await connection.head()
            try await connection.closed()
        }
        let client = HTTPClient()
        let task = Task { @LoopActor in try await client.request(HTTPClientRequest(.get, server.url)) }
        try await server.until(open: 1)
        task.cancel()
        await #expect(throws: CancellationError.self) { try await task.value }
        #expect(client.requestsInProgress == 0)
        try await server.until(open: 0)
        #expect(client.watchedSockets == 0)
        client.close()
        server.close()
    }

    @Test @LoopActor
    func closingTheClientFailsWhatRunsAndWhatComesLater() async throws {
        let server = try RawServer.tcp { connection in
            _ = try await connection.head()
            try await connection.closed()
        }
        let client = HTTPClient()
        let task = Task { @LoopActor in await self.failure(HTTPClientRequest(.get, server.url), client)?.code
        }
        try await server.until(open: 1)
        client.close()
        #expect(await task.value == .closed)
        #expect(await failure(HTTPClientRequest(.get, server.url), client)?.code == .closed)
        try await server.until(open: 0)
        server.close()
    }

    @Test @LoopActor
    func droppingClientsLeavesNoHandles() async throws {
        let server = try RawServer.tcp { connection in
            while try await connection.head() != nil { try await connection.answer("ok") }
        }
        for _ in 0..<20 {
            let client = HTTPClient()
            _ = try await client.request(HTTPClientRequest(.get, server.url))
        }
        try await server.until(open: 0)
        server.close()
    }
}
