import EventLoop
import HTTPServer
import Model
import TLS
import TestKit
import Testing

/// The server behind TLS: the same behaviour, plus what only TLS can get wrong.
@Suite(.onLoop) struct TLSListenerTests {
    @Test @LoopActor func requestsBodiesStreamsAndUpgradesWorkOverTLS() async throws {
        let authority = try Certificates()
        try await withServer({ _ in }, tls: ServerTLS(try authority.server())) { server in
            let client = try await TestClient(port: server.port, tls: try authority.client())
            #expect(try await client.get("/hello").body == "hello")
            let body = String(repeating: "x", count: 1_000)
            try await client.send("POST /echo HTTP/1.1\r\nHost: t\r\nContent-Length: 1000\r\n\r\n\(body)")
            #expect(try await client.answer(to: .post).body == body)
            #expect(try await client.get("/stream?n=2000").body.hasSuffix("part 1999\n"))
            let large = String(repeating: "y", count: 3_000_000)
            try await client.send(
                "POST /count HTTP/1.1\r\nHost: t\r\nContent-Length: 3000000\r\n\r\n\(large)")
            #expect(try await client.answer(to: .post).body == "3000000")
            try await client.send(
                "GET /upgrade HTTP/1.1\r\nHost: t\r\nUpgrade: echo\r\nConnection: Upgrade\r\n\r\nab")
            #expect(try await client.answer().status == 101)
            #expect(try await client.raw() == Array("ab".utf8))
            try await client.send("cd")
            #expect(try await client.raw() == Array("cd".utf8))
            client.close()
            #expect(server.tlsFailures.isEmpty)
        }
    }

    @Test @LoopActor func plainHTTPIsToldToSpeakTLS() async throws {
        let authority = try Certificates()
        try await withServer({ _ in }, tls: ServerTLS(try authority.server())) { server in
            let client = try await server.client()
            let answer = try await client.get("/hello")
            #expect(answer.status == 400)
            #expect(answer.body.contains("tls_required"))
            #expect(await client.isClosedByServer())
            try await server.recorded.until(deadlineMilliseconds: 5_000) { !server.tlsFailures.isEmpty }
            #expect(server.tlsFailures.first?.code == .notTLS)
            client.close()
        }
    }

    @Test @LoopActor func aStalledHandshakeEndsAtItsDeadlineAndHoldsNobodyUp() async throws {
        let authority = try Certificates()
        try await withServer({ $0.headMilliseconds = 300 }, tls: ServerTLS(try authority.server())) {
            server in
            let stalled = try await server.client()
            // The start of a handshake record of 512 bytes that never comes.
            try await stalled.channel.write([0x16, 0x03, 0x01, 0x02, 0x00, 0x01])
            let other = try await TestClient(port: server.port, tls: try authority.client())
            #expect(try await other.get("/hello").status == 200)
            #expect(await stalled.isClosedByServer())
            stalled.close()
            other.close()
        }
    }

    @Test @LoopActor func aNewContextReachesNewConnectionsAndLeavesOpenOnes() async throws {
        let first = try Certificates()
        let second = try Certificates()
        let tls = ServerTLS(try first.server())
        try await withServer({ _ in }, tls: tls) { server in
            let old = try await TestClient(port: server.port, tls: try first.client())
            #expect(try await old.get("/hello").status == 200)
            tls.context = try second.server()
            let new = try await TestClient(port: server.port, tls: try second.client())
            #expect(try await new.get("/hello").status == 200)
            #expect(try await old.get("/hello").status == 200)
            let late = try await TestClient(port: server.port, tls: try first.client())
            await #expect(throws: (any Error).self) { try await late.get("/hello") }
            try await server.recorded.until(deadlineMilliseconds: 5_000) { !server.tlsFailures.isEmpty }
            #expect(server.tlsFailures.first?.code == .alert)
            for client in [old, new, late] { client.close() }
        }
    }

    @Test @LoopActor func anIdleConnectionIsClosedWithTLSsOwnEnd() async throws {
        let authority = try Certificates()
        try await withServer({ $0.idleMilliseconds = 100 }, tls: ServerTLS(try authority.server())) {
            server in
            let client = try await TestClient(port: server.port, tls: try authority.client())
            #expect(try await client.get("/hello").status == 200)
            #expect(await client.isClosedByServer())
            #expect(client.session?.state == .ended)
            client.close()
        }
    }

    @Test @LoopActor func oneConnectionTooManyReadsWhy() async throws {
        let authority = try Certificates()
        try await withServer({ $0.connectionsPerListener = 1 }, tls: ServerTLS(try authority.server())) {
            server in
            let busy = try await TestClient(port: server.port, tls: try authority.client())
            try await busy.send("GET /deferred HTTP/1.1\r\nHost: t\r\n\r\n")
            try await server.deferred.wait(for: 1)
            let extra = try await TestClient(port: server.port, tls: try authority.client())
            #expect(try await extra.answer().status == 503)
            server.deferred.waiting.first?.release(HTTPResponse(text: "done"))
            #expect(try await busy.answer().body == "done")
            busy.close()
            extra.close()
        }
    }

    @Test @LoopActor func aClientThatDoesNotReadIsCutWhateverTLSBuffers() async throws {
        let authority = try Certificates()
        try await withServer({ $0.writeMilliseconds = 300 }, tls: ServerTLS(try authority.server())) {
            server in
            let client = try await TestClient(port: server.port, tls: try authority.client())
            try await client.send("GET /endless HTTP/1.1\r\nHost: t\r\n\r\n")
            _ = try await client.channel.read()
            client.channel.stream.stopReading()
            _ = try await server.endless.wait(deadlineMilliseconds: 10_000, operation: "cut")
            client.close()
        }
    }
}

/// An authority of one test with a certificate for localhost.
struct Certificates {
    let authority: TLSIdentity
    let leaf: TLSIdentity

    init() throws {
        let now = SystemTimeSource().now().wall
        authority = try CertificateMint.authority(name: "test", now: now)
        leaf = try CertificateMint.leaf(names: ["localhost"], signedBy: authority, now: now)
    }

    func server() throws -> TLSContext { try TLSContext.server(leaf, protocols: ["http/1.1"]) }

    func client() throws -> TLSContext { try TLSContext.client(authorities: [authority.certificate]) }
}
