import EventLoop
import HTTPServer
import Model
import TestKit
import Testing

@Suite(.onLoop) struct BodyTests {
    @Test @LoopActor func bodiesArriveCountedAndChunked() async throws {
        try await withServer { server in
            let client = try await server.client()
            try await client.send("POST /echo HTTP/1.1\r\nHost: t\r\nContent-Length: 3\r\n\r\nabc")
            #expect(try await client.answer().body == "abc")
            try await client.send(
                "POST /echo HTTP/1.1\r\nHost: t\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n")
            try await client.send("1;x\r\nc\r\n0\r\n\r\n")
            #expect(try await client.answer().body == "abc")
            client.close()
        }
    }

    @Test @LoopActor func waitingClientsAreTold() async throws {
        try await withServer { server in
            let client = try await server.client()
            let fields = "Expect: 100-continue\r\nContent-Length: 2\r\n"
            try await client.send("POST /echo HTTP/1.1\r\nHost: t\r\n\(fields)\r\n")
            #expect(try await client.answer().status == 100)
            try await client.send("ok")
            #expect(try await client.answer().body == "ok")
            try await client.send("POST /private HTTP/1.1\r\nHost: t\r\n\(fields)\r\n")
            let refused = try await client.answer()
            #expect(refused.status == 401)
            #expect(!refused.keepsAlive)
            #expect(await client.isClosedByServer())
            client.close()
        }
    }

    @Test @LoopActor func refusedBeforeTheBodyIsRead() async throws {
        try await withServer { server in
            let client = try await server.client()
            // Small: dropped, and the connection stays.
            try await client.send("POST /private HTTP/1.1\r\nHost: t\r\nContent-Length: 4\r\n\r\n")
            let early = try await client.answer()
            #expect(early.status == 401)
            #expect(early.headers["www-authenticate"] == "Bearer")
            #expect(early.isErrorBody && early.keepsAlive)
            try await client.send("body")
            #expect(try await client.get("/hello").status == 200)
            // Large: the connection goes.
            try await client.send("POST /private HTTP/1.1\r\nHost: t\r\nContent-Length: 5000000\r\n\r\nab")
            #expect(try await client.answer().status == 401)
            #expect(await client.isClosedByServer())
            client.close()
            let other = try await server.client()
            try await other.send(
                "POST /private HTTP/1.1\r\nHost: t\r\nAuthorization: bearer tok\r\nContent-Length: 2\r\n\r\nhi"
            )
            #expect(try await other.answer().body == "tok 2")
            other.close()
        }
    }

    @Test(arguments: [
        "Content-Length: 1001\r\n\r\n", "Content-Length: 5000000\r\n\r\n",
        "Transfer-Encoding: chunked\r\n\r\n3E9\r\n",
    ]) @LoopActor func oversizedBodiesAre413(_ rest: String) async throws {
        try await withServer { server in
            let client = try await server.client()
            try await client.send("POST /echo HTTP/1.1\r\nHost: t\r\n\(rest)")
            let answer = try await client.answer()
            #expect(answer.status == 413)
            #expect(answer.isErrorBody)
            #expect(server.handled == 0)
            client.close()
        }
    }

    @Test @LoopActor func streamedBodiesAreReadByTheHandler() async throws {
        try await withServer { server in
            let client = try await server.client()
            let piece = String(repeating: "x", count: 100_000)
            try await client.send("POST /count HTTP/1.1\r\nHost: t\r\nContent-Length: 2000000\r\n\r\n")
            for _ in 0..<20 { try await client.send(piece) }
            #expect(try await client.answer().body == "2000000")
            try await client.send("POST /count HTTP/1.1\r\nHost: t\r\nContent-Length: 0\r\n\r\n")
            #expect(try await client.answer().body == "0")
            client.close()
        }
    }

    @Test @LoopActor func streamedResponsesAreChunkedOrEndWithTheConnection() async throws {
        try await withServer { server in
            let client = try await server.client()
            let answer = try await client.get("/stream?n=3")
            #expect(answer.body == "part 0\npart 1\npart 2\n")
            #expect(answer.headers["transfer-encoding"] == "chunked")
            #expect(try await client.get("/stream?n=2000").body.utf8.count > 10_000)
            client.close()
            let old = try await server.client()
            try await old.send("GET /stream HTTP/1.0\r\nConnection: keep-alive\r\n\r\n")
            let plain = try await old.answer()
            #expect(plain.body == "part 0\npart 1\npart 2\n")
            #expect(plain.headers["transfer-encoding"] == nil)
            old.close()
        }
    }

    @Test @LoopActor func aBrokenStreamDoesNotLookWhole() async throws {
        try await withServer { server in
            let client = try await server.client()
            await #expect(throws: (any Error).self) { try await client.get("/breaks") }
            #expect(server.errors.count == 1)
            #expect(server.records.last?.aborted == true)
            client.close()
        }
    }

    @Test @LoopActor func aClientThatLeavesStopsTheStream() async throws {
        try await withServer { server in
            let client = try await server.client()
            try await client.send("GET /endless HTTP/1.1\r\nHost: t\r\n\r\n")
            _ = try await client.raw()
            client.close()
            _ = try await server.endless.wait(deadlineMilliseconds: 5_000, operation: "the stream's end")
            #expect(server.records.last?.aborted == true)
        }
    }
}
