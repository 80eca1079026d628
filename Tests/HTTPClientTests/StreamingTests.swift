import EventLoop
import HTTPClient
import Model
import TestKit
import Testing

@Suite(.onLoop)
struct StreamingTests {
    @Test @LoopActor
    func aSlowReaderPausesTheSenderAndMemoryStaysBounded() async throws {
        let total = 64 * 1024 * 1024
        let piece = [UInt8](repeating: 7, count: 256 * 1024)
        let sent = Count()
        let server = try RawServer.tcp { connection in
            _ = try await connection.head()
            try await connection.channel.write("HTTP/1.1 200 OK\r\nContent-Length: \(total)\r\n\r\n")
            for _ in 0..<(total / piece.count) {
                try await connection.channel.write(piece)
                sent.value += piece.count
            }
        }
        let client = HTTPClient()
        var request = HTTPClientRequest(.get, server.url)
        request.deadlines = HTTPClientDeadlines(idle: 5_000, total: nil)
        let response = try await client.stream(request)
        // Nothing is pulled: the sender comes to rest after the buffers of both kernels and ours are full.
        var before = -1
        while before != sent.value {
            before = sent.value
            try await LoopActor.sleep(milliseconds: 50)
        }
        #expect(before < 24 * 1024 * 1024)
        var largest = 0
        var pulled = 0
        while let bytes = try await response.body.next() {
            pulled += bytes.count
            largest = max(largest, bytes.count)
        }
        #expect(pulled == total)
        #expect(largest <= HTTPClientLimits.streamedBytesWaiting + HTTPClientLimits.receiveBufferBytes)
        client.close()
        server.close()
    }

    @LoopActor
    private final class Count {
        var value = 0
    }

    @Test(arguments: [true, false]) @LoopActor
    func aLargeUploadIsPulledPieceByPiece(declared: Bool) async throws {
        let pieces = 512
        let piece = [UInt8](repeating: 3, count: 64 * 1024)
        let total = pieces * piece.count
        let server = try RawServer.tcp { connection in
            let head = try await connection.head() ?? ""
            if head.contains("chunked") {
                let text = try await connection.chunkedText()
                try await connection.answer(String(text.utf8.filter { $0 == 3 }.count * 3))
            } else {
                try await connection.answer(String(try await connection.drain(total)))
            }
        }
        let pulled = Count()
        let count = declared ? pieces : 8
        let client = HTTPClient()
        let request = HTTPClientRequest(
            .put, server.url,
            body: .stream(
                length: declared ? Int64(total) : nil,
                {
                    guard pulled.value < count else { return nil }
                    pulled.value += 1
                    // Every third piece comes late.
                    if pulled.value % 3 == 0 { await LoopActor.pass() }
                    return piece
                }))
        let response = try await client.request(request)
        #expect(String(decoding: response.body, as: UTF8.self) == String(count * piece.count * 3))
        client.close()
        server.close()
    }

    @Test @LoopActor
    func aBodySourceThatBreaksItsPromiseEndsTheRequest() async throws {
        let server = try RawServer.tcp { connection in
            _ = try await connection.head()
            try await connection.closed()
        }
        let client = HTTPClient()
        for (length, text) in [(10, "short"), (2, "long")] as [(Int64, String)] {
            let pulled = Count()
            let body = HTTPClientBody.stream(length: length) {
                pulled.value += 1
                return pulled.value == 1 ? Array(text.utf8) : nil
            }
            let failure = await #expect(throws: HTTPClientFailure.self) {
                try await client.request(HTTPClientRequest(.post, server.url, body: body))
            }
            #expect(failure?.code == .bodySourceFailed)
        }
        struct Broken: Error {}
        await #expect(throws: Broken.self) {
            try await client.request(
                HTTPClientRequest(.post, server.url, body: .stream(length: nil, { throw Broken() })))
        }
        try await server.until(open: 0)
        client.close()
        server.close()
    }

    @Test @LoopActor
    func piecesArriveAsTheyAreSent() async throws {
        let pulled = Count()
        let gate = Gate()
        let server = try RawServer.tcp { connection in
            _ = try await connection.head()
            try await connection.channel.write("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
            for number in 0..<5 {
                try await gate.until(deadlineMilliseconds: 10_000, operation: "pull") {
                    pulled.value == number
                }
                try await connection.channel.write("2\r\n\(number);\r\n")
            }
            try await connection.closed()
        }
        let client = HTTPClient()
        var request = HTTPClientRequest(.get, server.url)
        request.deadlines = .endless(responseHead: 2_000)
        let response = try await client.stream(request)
        for number in 0..<5 {
            #expect(try await response.body.next() == Array("\(number);".utf8))
            pulled.value += 1
            gate.changed()
        }
        response.body.cancel()
        try await server.until(open: 0)
        await #expect(throws: CancellationError.self) { try await response.body.next() }
        client.close()
        server.close()
    }

    @Test @LoopActor
    func aDroppedStreamClosesItsConnection() async throws {
        let server = try RawServer.tcp { connection in
            _ = try await connection.head()
            try await connection.channel.write("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nab")
            try await connection.closed()
        }
        let client = HTTPClient()
        do {
            let response = try await client.stream(HTTPClientRequest(.get, server.url))
            #expect(response.head.status == .ok)
        }
        try await server.until(open: 0)
        #expect(client.requestsInProgress == 0)
        client.close()
        server.close()
    }
}
