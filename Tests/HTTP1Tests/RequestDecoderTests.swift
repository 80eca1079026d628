import HTTP1
import Model
import Testing

@Suite struct RequestDecoderTests {
    @Test(arguments: RequestCase.all)
    func strictFramingDecides(_ test: RequestCase) {
        let reading = Reading.requests([test.bytes])
        switch test.outcome {
        case .accepted(let count):
            #expect(reading.failure == nil)
            #expect(reading.messages.count == count)
            #expect(reading.partial == nil)
        case .incomplete:
            #expect(reading.failure == nil)
            #expect(reading.messages.isEmpty)
        case .refused(let code): #expect(reading.failure == code)
        }
    }

    @Test(arguments: RequestCase.all)
    func everySplitReadsTheSame(_ test: RequestCase) {
        let whole = Reading.requests([test.bytes])
        let step = max(1, test.bytes.count / 600)
        for cut in stride(from: 0, through: test.bytes.count, by: step) {
            let split = Reading.requests([Array(test.bytes[..<cut]), Array(test.bytes[cut...])])
            #expect(split == whole, "split at \(cut)")
        }
        if test.bytes.count < 3_000 {
            #expect(Reading.requests(test.bytes.map { [$0] }) == whole, "byte by byte")
        }
    }

    @Test func bodyAndTrailersArriveAsSent() {
        let text = "POST /up?x=1 HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
        let reading = Reading.requests([(text + "3\r\nabc\r\n2;e\r\nde\r\n0\r\nX-Sum: 9\r\n\r\n").bytes])
        #expect(reading.messages.first?.start == "POST /up?x=1 HTTP/1.1")
        #expect(reading.messages.first?.bodyText == "abcde")
        #expect(reading.messages.first?.trailers == ["X-Sum: 9"])
    }

    @Test(arguments: [
        ("HTTP/1.1", "", true), ("HTTP/1.1", "Connection: close\r\n", false),
        ("HTTP/1.1", "Connection: foo, CLOSE\r\n", false), ("HTTP/1.0", "", false),
        ("HTTP/1.0", "Connection: Keep-Alive\r\n", true),
        ("HTTP/1.0", "Connection: keep-alive, close\r\n", false),
    ])
    func persistenceFollowsVersionAndConnection(_ version: String, _ field: String, _ keeps: Bool) {
        let reading = Reading.requests(["GET / \(version)\r\nHost: a\r\n\(field)\r\n".bytes])
        #expect(reading.messages.first?.keepsAlive == keeps)
    }

    @Test func upgradeAndExpectationAreNoticed() throws {
        let upgrade = try head(
            "GET / HTTP/1.1\r\nHost: a\r\nConnection: x, Upgrade\r\nUpgrade: fledx-stream\r\n\r\n")
        #expect(upgrade.offersUpgrade)
        #expect(upgrade.head.headers["upgrade"] == "fledx-stream")
        #expect(try !head("GET / HTTP/1.1\r\nHost: a\r\nUpgrade: x\r\n\r\n").offersUpgrade)
        #expect(try !head("GET / HTTP/1.0\r\nConnection: upgrade\r\nUpgrade: x\r\n\r\n").offersUpgrade)
        let waits = try head(
            "POST / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 9\r\n\r\n")
        #expect(waits.expectsContinue)
        #expect(try !head("POST / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\n\r\n").expectsContinue)
    }

    @Test func bytesAfterAnUpgradeStayWithTheCaller() throws {
        let bytes = "GET / HTTP/1.1\r\nHost: a\r\nConnection: upgrade\r\nUpgrade: x\r\n\r\nraw\u{0}bytes"
            .bytes
        var decoder = HTTP1RequestDecoder()
        var offset = 0
        _ = try decoder.step(bytes.span, from: &offset)
        guard case .end = try decoder.step(bytes.span, from: &offset) else {
            Issue.record("no end")
            return
        }
        #expect(Array(bytes[offset...]) == "raw\u{0}bytes".bytes)
    }

    @Test func aFailureIsFinal() {
        var decoder = HTTP1RequestDecoder()
        let bad = "GET / HTTP/3.0\r\n\r\n".bytes
        let good = "GET / HTTP/1.1\r\nHost: a\r\n\r\n".bytes
        for bytes in [bad, good, good] {
            var offset = 0
            #expect(throws: HTTP1Failure.self) { _ = try decoder.step(bytes.span, from: &offset) }
        }
    }

    @Test func theBodyLimitOfTheRouteHolds() throws {
        var decoder = HTTP1RequestDecoder()
        let bytes =
            "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nabcd\r\n4\r\nefgh\r\n".bytes
        var offset = 0
        _ = try decoder.step(bytes.span, from: &offset)
        decoder.limitBody(6)
        _ = try decoder.step(bytes.span, from: &offset)
        #expect(throws: HTTP1Failure(.bodyTooLarge, "the body is longer than 6 bytes")) {
            _ = try decoder.step(bytes.span, from: &offset)
        }
    }

    private func head(_ text: String) throws -> HTTP1Request {
        var decoder = HTTP1RequestDecoder()
        var offset = 0
        guard case .head(let head) = try decoder.step(text.bytes.span, from: &offset) else {
            throw HTTP1Failure(.truncated, "no head")
        }
        return head
    }
}
