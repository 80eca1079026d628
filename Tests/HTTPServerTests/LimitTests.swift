import EventLoop
import HTTPServer
import Model
import TestKit
import Testing

@Suite(.onLoop) struct LimitTests {
    @Test @LoopActor func silentAndSlowHeadsAreEnded() async throws {
        try await withServer {
            $0.headMilliseconds = 400
        } _: { server in
            let silent = try await server.client()
            #expect(await silent.isClosedByServer())
            let half = try await server.client()
            try await half.send("GET /hello HT")
            let answer = try await half.answer()
            #expect(answer.status == 408)
            #expect(answer.isErrorBody)
            #expect(await half.isClosedByServer())
            silent.close()
            half.close()
        }
    }

    @Test @LoopActor func slowBodiesAreEnded() async throws {
        try await withServer {
            $0.bodyMilliseconds = 60
        } _: { server in
            let client = try await server.client()
            try await client.send("POST /echo HTTP/1.1\r\nHost: t\r\nContent-Length: 5\r\n\r\nab")
            #expect(try await client.answer().status == 408)
            #expect(server.handled == 0)
            client.close()
        }
    }

    @Test @LoopActor func idleConnectionsAreClosed() async throws {
        try await withServer {
            $0.idleMilliseconds = 60
        } _: { server in
            let client = try await server.client()
            #expect(try await client.get("/hello").status == 200)
            #expect(await client.isClosedByServer())
            client.close()
        }
    }

    @Test @LoopActor func readersThatTakeNothingAreCut() async throws {
        try await withServer {
            $0.writeMilliseconds = 80
        } _: { server in
            let client = try await server.client()
            try await client.send("GET /endless HTTP/1.1\r\nHost: t\r\n\r\n")
            client.channel.stream.stopReading()
            _ = try await server.endless.wait(deadlineMilliseconds: 5_000, operation: "the cut")
            #expect(server.records.last?.aborted == true)
            client.close()
        }
    }

    @Test @LoopActor func readersThatTakeALittleAllTheTimeAreNotCut() async throws {
        let size = 16 << 20
        try await withServer {
            $0.writeMilliseconds = 400
            $0.queuedBytes = 1
        } _: { server in
            server.router.on(.get, "/much") { _ in
                .now(
                    HTTPResponse(
                        .ok,
                        body: .stream { writer in
                            // The clock starts with little in the queue, then comes much.
                            while try writer.writeNow([UInt8](repeating: 120, count: 32_768)) {}
                            try await writer.write([UInt8](repeating: 121, count: size))
                        }))
            }
            // The kernel holds little of a Unix socket, so what the reader takes shows soon.
            let folder = try TemporaryFolder()
            try server.server.listenUnix(path: folder.path("s"))
            let client = try await TestClient(path: folder.path("s"))
            try await client.send("GET /much HTTP/1.1\r\nHost: t\r\n\r\n")
            var taken = 0
            while taken < size {
                taken += try #require(await client.raw()).count
                try await LoopActor.sleep(milliseconds: 10)
            }
            client.close()
        }
    }

    @Test @LoopActor func oneConnectionTooManyClosesTheOldestIdleOne() async throws {
        try await withServer {
            $0.connectionsPerListener = 2
        } _: { server in
            let oldest = try await server.client()
            #expect(try await oldest.get("/hello").status == 200)
            let busy = try await server.client()
            try await busy.send("GET /deferred HTTP/1.1\r\nHost: t\r\n\r\n")
            try await server.deferred.wait(for: 1)
            let third = try await server.client()
            #expect(try await third.get("/hello").status == 200)
            #expect(await oldest.isClosedByServer())
            try await third.send("GET /deferred HTTP/1.1\r\nHost: t\r\n\r\n")
            try await server.deferred.wait(for: 2)
            let fourth = try await server.client()
            let answer = try await fourth.answer()
            #expect(answer.status == 503)
            #expect(answer.headers["retry-after"] == "1")
            #expect(answer.isErrorBody)
            for response in server.deferred.waiting { response.release(HTTPResponse(text: "ok")) }
            #expect(try await busy.answer().body == "ok")
            #expect(try await third.answer().body == "ok")
            for client in [oldest, busy, third, fourth] { client.close() }
        }
    }

    @Test @LoopActor func drainClosesIdleOnesAndFinishesTheRest() async throws {
        let server = try TestServer()
        let idle = try await server.client()
        #expect(try await idle.get("/hello").status == 200)
        let busy = try await server.client()
        try await busy.send("GET /later?ms=50 HTTP/1.1\r\nHost: t\r\n\r\n")
        let stuck = try await server.client()
        try await stuck.send("GET /deferred HTTP/1.1\r\nHost: t\r\n\r\n")
        try await server.deferred.wait(for: 1)
        async let stopped: Void = server.server.stop(deadlineMilliseconds: 300)
        let answer = try await busy.answer()
        #expect(answer.body == "later")
        #expect(!answer.keepsAlive)
        #expect(await idle.isClosedByServer())
        await stopped
        #expect(server.deferred.abandoned == 1)
        #expect(server.server.connectionCount == 0)
        await #expect(throws: (any Error).self) { try await server.client() }
        for client in [idle, busy, stuck] { client.close() }
    }
}
