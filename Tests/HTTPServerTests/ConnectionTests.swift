import EventLoop
import HTTPServer
import Model
import TestKit
import Testing

@Suite(.onLoop) struct ConnectionTests {
    @Test @LoopActor func aHundredPipelinedRequestsAreAnsweredInOrder() async throws {
        try await withServer { server in
            let client = try await server.client()
            let paths = (0..<100).map { $0 % 3 == 0 ? "/later?ms=0" : "/things/\($0)/of/x" }
            try await client.send(paths.map { "GET \($0) HTTP/1.1\r\nHost: t\r\n\r\n" }.joined())
            for (number, path) in paths.enumerated() {
                let expected = path.hasPrefix("/later") ? "later" : "\(number) x"
                #expect(try await client.answer().body == expected)
            }
            client.close()
        }
    }

    @Test(arguments: [false, true])
    @LoopActor func pipelinedRequestsAreAllAnsweredWhateverTheirAnswersFill(_ endsAtOnce: Bool) async throws {
        try await withServer {
            $0.queuedBytes = 1_000
        } _: { server in
            let client = try await server.client()
            try await client.send(String(repeating: "GET /hello HTTP/1.1\r\nHost: t\r\n\r\n", count: 200))
            if endsAtOnce { client.channel.finish() }
            for _ in 0..<200 { #expect(try await client.answer().status == 200) }
            client.close()
        }
    }

    @Test @LoopActor func deferredResponsesKeepTheOrder() async throws {
        try await withServer { server in
            let client = try await server.client()
            try await client.send(String(repeating: "GET /deferred HTTP/1.1\r\nHost: t\r\n\r\n", count: 2))
            try await client.send("GET /hello HTTP/1.1\r\nHost: t\r\n\r\n")
            try await server.deferred.wait(for: 1)
            #expect(server.handled == 0)
            server.deferred.waiting[0].release(HTTPResponse(text: "first"))
            server.deferred.waiting[0].release(HTTPResponse(text: "twice"))
            #expect(try await client.answer().body == "first")
            try await server.deferred.wait(for: 2)
            server.deferred.waiting[1].fail(HTTPRejection(.conflict, "conflict", "no"))
            #expect(try await client.answer().status == 409)
            #expect(try await client.answer().body == "hello")
            client.close()
        }
    }

    @Test @LoopActor func anAbandonedDeferredResponseKnowsIt() async throws {
        try await withServer { server in
            let client = try await server.client()
            let late = try await client.get("/short")
            #expect(late.status == 503)
            #expect(late.headers["retry-after"] == "1")
            #expect(server.deferred.abandoned == 1)
            server.deferred.waiting[0].release(HTTPResponse(text: "too late"))
            #expect(await client.isClosedByServer())
            client.close()
        }
    }

    @Test @LoopActor func halfClosedClientsStillGetTheirAnswer() async throws {
        try await withServer { server in
            let client = try await server.client()
            try await client.send("GET /later?ms=20 HTTP/1.1\r\nHost: t\r\n\r\n")
            client.channel.finish()
            #expect(try await client.answer().body == "later")
            #expect(await client.isClosedByServer())
            client.close()
        }
    }

    @Test @LoopActor func malformedRequestsAreAnsweredAndClosed() async throws {
        try await withServer { server in
            for (text, status) in [
                ("GET / HTTP/3.0\r\n\r\n", 505), ("GET /\r\n\r\n", 400), ("GET / HTTP/1.1\r\n\r\n", 400),
                ("GET /\(String(repeating: "x", count: 9_000)) HTTP/1.1\r\nHost: t\r\n\r\n", 414),
                ("GET / HTTP/1.1\r\nX: \(String(repeating: "x", count: 20_000))\r\n\r\n", 431),
                ("POST /echo HTTP/1.1\r\nHost: t\r\nTransfer-Encoding: gzip\r\n\r\n", 501),
                ("POST /echo HTTP/1.1\r\nHost: t\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", 400),
            ] {
                let client = try await server.client()
                try await client.send(text + "GET /hello HTTP/1.1\r\nHost: t\r\n\r\n")
                let answer = try await client.answer()
                #expect(answer.status == status)
                #expect(answer.isErrorBody && !answer.keepsAlive)
                #expect(await client.isClosedByServer())
                client.close()
            }
            #expect(server.handled == 0)
        }
    }

    @Test @LoopActor func upgradesHandOverTheSocketAndItsBytes() async throws {
        try await withServer { server in
            let client = try await server.client()
            try await client.send(
                "GET /upgrade HTTP/1.1\r\nHost: t\r\nConnection: upgrade\r\nUpgrade: echo\r\n\r\nearly")
            let answer = try await client.answer()
            #expect(answer.status == 101)
            #expect(answer.headers["upgrade"] == "echo")
            #expect(answer.headers["connection"] == "upgrade")
            #expect(try await client.raw() == Array("early".utf8))
            try await client.send("GET / raw \0")
            #expect(try await client.raw() == Array("GET / raw \0".utf8))
            #expect(server.server.connectionCount == 0)
            client.close()
            let plain = try await server.client()
            #expect(try await plain.get("/upgrade").status == 426)
            plain.close()
        }
    }

    @Test @LoopActor func unixSocketsAreServedToo() async throws {
        let folder = try TemporaryFolder()
        try await withServer { server in
            try server.server.listenUnix(path: folder.path("s"))
            let client = try await TestClient(path: folder.path("s"))
            #expect(try await client.get("/hello").body == "hello")
            client.close()
        }
    }

    @Test @LoopActor func aThousandConnectionsAreServedAndClosed() async throws {
        try await withServer { server in
            var clients: [TestClient] = []
            for _ in 0..<1_000 { clients.append(try await server.client()) }
            for client in clients { try await client.send("GET /hello HTTP/1.1\r\nHost: t\r\n\r\n") }
            for client in clients { #expect(try await client.answer().status == 200) }
            #expect(server.server.connectionCount == 1_000)
            for client in clients { client.close() }
        }
    }

    @Test @LoopActor func exchangesAreRecorded() async throws {
        try await withServer { server in
            let client = try await server.client()
            _ = try await client.get("/things/1/of/x?secret=1", "X-Request-Id: r1\r\n")
            let record = try #require(server.records.last)
            #expect(record.route == "/things/{id}/of/{name}")
            #expect(record.path == "/things/1/of/x")
            #expect(record.status == .ok && record.requestID == "r1" && record.responseBytes == 3)
            #expect(record.peer.hasPrefix("127.0.0.1:") && !record.aborted)
            client.close()
        }
    }
}
