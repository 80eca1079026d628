import EventLoop
import HTTPServer
import Model
import TestKit
import Testing

@Suite(.onLoop) struct FairnessTests {
    /// Without turns all 1,000 answers are made before the first one is here.
    @Test @LoopActor func whoPipelinesThousandsDoesNotHoldUpTheOthers() async throws {
        try await withServer { server in
            let greedy = try await server.client()
            let modest = try await server.client()
            #expect(try await modest.get("/hello").status == 200)
            let count = 1_000
            let request = "GET /hello HTTP/1.1\r\nHost: t\r\nX-Request-Id: greedy\r\n\r\n"
            try await greedy.send(String(repeating: request, count: count))
            for _ in 0..<5 {
                _ = try await greedy.answer()
                #expect(try await modest.get("/hello", "X-Request-Id: modest\r\n").status == 200)
            }
            for _ in 5..<count { #expect(try await greedy.answer().status == 200) }
            let ids = server.records.map(\.requestID)
            let last = try #require(ids.lastIndex(of: "modest"))
            #expect(ids[..<last].count { $0 == "greedy" } < 100)
            #expect(ids.count { $0 == "greedy" } == count)
            greedy.close()
            modest.close()
        }
    }

    @Test @LoopActor func greedyConnectionsTakeTurns() async throws {
        try await withServer { server in
            var clients: [TestClient] = []
            for _ in 0..<4 { clients.append(try await server.client()) }
            for (number, client) in clients.enumerated() {
                let request = "GET /hello HTTP/1.1\r\nHost: t\r\nX-Request-Id: \(number)\r\n\r\n"
                try await client.send(String(repeating: request, count: 200))
            }
            for client in clients {
                for _ in 0..<200 { #expect(try await client.answer().status == 200) }
                client.close()
            }
            // From the moment when all four are there, nobody is two requests ahead of another.
            let ids = server.records.map(\.requestID)
            let begin = try #require(ids.firstIndex(of: "3"))
            let end = try #require(ids.lastIndex(of: "0"))
            #expect(begin < 400 && end > 400)
            for start in stride(from: begin, to: end - 8, by: 4) {
                #expect(Set(ids[start..<start + 8]).count == 4)
            }
        }
    }

    @Test @LoopActor func bodiesBehindOneAnotherKeepTheirRequests() async throws {
        try await withServer { server in
            let client = try await server.client()
            let bodies = (0..<300).map { String(repeating: "b\($0)", count: $0 % 7 + 1) }
            try await client.send(
                bodies.map {
                    "POST /echo HTTP/1.1\r\nHost: t\r\nContent-Length: \($0.utf8.count)\r\n\r\n\($0)"
                }.joined())
            client.channel.finish()
            for body in bodies { #expect(try await client.answer().body == body) }
            #expect(await client.isClosedByServer())
            client.close()
        }
    }
}
