import EventLoop
import HTTPClient
import Model
import TestKit
import Testing

@Suite(.onLoop)
struct ExchangeTests {
    @Test(arguments: [false, true]) @LoopActor
    func exchangesOverTCPAndUnixSocketsReuseOneConnection(unix: Bool) async throws {
        let folder = try TemporaryFolder()
        let script: RawServer.Script = { connection in
            while let head = try await connection.head() {
                let line = head.prefix { $0 != "\r\n" }
                try await connection.answer("you said \(line)", fields: "X-Test: a\r\nX-Test: b\r\n")
            }
        }
        let server = try unix ? RawServer.unix(folder.path("s"), script) : RawServer.tcp(script)
        let client = HTTPClient()
        for number in 0..<20 {
            var request = HTTPClientRequest(.get, "\(server.url)/things/\(number)?a=b%20c")
            if unix { request.unixSocketPath = folder.path("s") }
            request.tellsLocalAddress = number != 1
            let response = try await client.request(request)
            #expect(response.localAddress == (unix || number == 1 ? nil : "127.0.0.1"))
            #expect(response.head.status == .ok)
            #expect(response.head.headers.all("x-test") == ["a", "b"])
            #expect(
                String(decoding: response.body, as: UTF8.self)
                    == "you said GET /things/\(number)?a=b%20c HTTP/1.1")
        }
        #expect(server.accepted == 1)
        #expect(client.connectionsOpened == 1)
        #expect(client.requestsInProgress == 0)
        #expect(client.watchedSockets == 0)
        client.close()
        try await server.until(open: 0)
        server.close()
    }

    @Test @LoopActor
    func sendsEveryMethodWithItsFraming() async throws {
        let server = try RawServer.tcp { connection in
            while let head = try await connection.head() {
                let lines = head.split(separator: "\r\n").map(String.init)
                let wanted = lines.filter {
                    $0.lowercased().hasPrefix("content-") || $0.lowercased().hasPrefix("t")
                }
                let text = ([lines[0]] + wanted.sorted()).joined(separator: "|")
                if lines.contains("Content-Length: 5") { _ = try await connection.drain(5) }
                if lines.contains("Transfer-Encoding: chunked") { _ = try await connection.chunkedText() }
                if lines[0].hasPrefix("HEAD") {
                    try await connection.channel.write("HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n")
                } else {
                    try await connection.answer(text)
                }
            }
        }
        let client = HTTPClient()
        func said(_ method: HTTPMethod, _ body: HTTPClientBody = .none) async throws -> String {
            let response = try await client.request(HTTPClientRequest(method, server.url + "/x", body: body))
            return String(decoding: response.body, as: UTF8.self)
        }
        #expect(try await said(.get) == "GET /x HTTP/1.1")
        #expect(try await said(.delete) == "DELETE /x HTTP/1.1")
        #expect(try await said(.head).isEmpty)
        #expect(try await said(.post) == "POST /x HTTP/1.1|Content-Length: 0")
        #expect(try await said(.put, .bytes(Array("hello".utf8))) == "PUT /x HTTP/1.1|Content-Length: 5")
        #expect(try await said(.patch, .bytes(Array("hello".utf8))) == "PATCH /x HTTP/1.1|Content-Length: 5")
        #expect(
            try await said(.delete, .bytes(Array("hello".utf8))) == "DELETE /x HTTP/1.1|Content-Length: 5")
        #expect(
            try await said(.post, .stream(length: nil, { nil }))
                == "POST /x HTTP/1.1|Transfer-Encoding: chunked")
        client.close()
        server.close()
    }

    @Test @LoopActor
    func errorStatusesAreResponsesAndInterimHeadsAreSkipped() async throws {
        let server = try RawServer.tcp { connection in
            _ = try await connection.head()
            try await connection.channel.write("HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n")
            try await connection.answer("gone", status: "404 Not Found", fields: "Etag: \"1\"\r\n")
        }
        let client = HTTPClient()
        let response = try await client.request(HTTPClientRequest(.get, server.url))
        #expect(response.head.status == .notFound)
        #expect(response.head.headers["link"] == nil)
        #expect(response.head.headers["ETag"] == "\"1\"")
        #expect(response.body == Array("gone".utf8))
        client.close()
        server.close()
    }

    @Test @LoopActor
    func chunkedResponsesArriveWholeAndTrailersAreIgnored() async throws {
        let server = try RawServer.tcp { connection in
            while try await connection.head() != nil {
                try await connection.channel.write("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
                try await connection.channel.write("5\r\nhello\r\n")
                await LoopActor.pass()
                try await connection.channel.write("6;x=y\r\n world\r\n0\r\nX-Late: 1\r\n\r\n")
            }
        }
        let client = HTTPClient()
        for _ in 0..<2 {
            let response = try await client.request(HTTPClientRequest(.get, server.url))
            #expect(String(decoding: response.body, as: UTF8.self) == "hello world")
            #expect(response.head.headers["x-late"] == nil)
        }
        #expect(server.accepted == 1)
        client.close()
        server.close()
    }

    @Test @LoopActor
    func aHundredRequestsRunAtOnce() async throws {
        var asked = 0
        let allAsked = Gate()
        let server = try RawServer.tcp { connection in
            while let head = try await connection.head() {
                asked += 1
                allAsked.changed()
                try await allAsked.until(deadlineMilliseconds: 10_000, operation: "requests") { asked == 100 }
                try await connection.answer(String(head.prefix { $0 != "\r\n" }))
            }
        }
        let client = HTTPClient()
        try await withThrowingTaskGroup(of: Bool.self) { group in
            for number in 0..<100 {
                let url = "\(server.url)/\(number)"
                group.addTask { try await Self.echoes(client, url, "GET /\(number) HTTP/1.1") }
            }
            for try await isRight in group { #expect(isRight) }
        }
        #expect(server.mostOpen == 100)
        #expect(client.requestsInProgress == 0)
        client.close()
        try await server.until(open: 0)
        server.close()
    }

    @LoopActor
    private static func echoes(_ client: HTTPClient, _ url: String, _ text: String) async throws -> Bool {
        String(decoding: try await client.request(HTTPClientRequest(.get, url)).body, as: UTF8.self) == text
    }

    @Test @LoopActor
    func aConnectionTheServerClosedMeanwhileIsReplaced() async throws {
        let server = try RawServer.tcp { connection in
            _ = try await connection.head()
            try await connection.answer("once")
        }
        let client = HTTPClient()
        for _ in 0..<5 {
            #expect(try await client.request(HTTPClientRequest(.get, server.url)).body == Array("once".utf8))
            try await server.until(open: 0)
        }
        #expect(server.accepted == 5)
        client.close()
        server.close()
    }
}
