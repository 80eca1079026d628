import HTTP1
import Model
import Testing

@Suite struct WriterTests {
    @Test func responsesAreFramedInOnePlace() {
        let head = HTTPResponseHead(
            status: .ok,
            headers: [
                "Content-Length": "999", "transfer-encoding": "gzip", "Connection": "x", "X-A": "1",
                "Date": "no",
            ])
        var output: [UInt8] = []
        HTTP1Writer.appendResponse(
            head, framing: .length(12), persistence: .close, date: "now".bytes, to: &output)
        let expected =
            "HTTP/1.1 200 OK\r\ndate: now\r\nX-A: 1\r\nconnection: close\r\ncontent-length: 12\r\n\r\n"
        #expect(String(decoding: output, as: UTF8.self) == expected)
    }

    @Test func statusesWithoutBodyCarryNoLength() {
        for status in [HTTPStatus.noContent, .continue, .switchingProtocols] {
            var output: [UInt8] = []
            HTTP1Writer.appendResponse(
                HTTPResponseHead(status: status), framing: .length(0), persistence: .keepAlive, to: &output)
            #expect(!String(decoding: output, as: UTF8.self).contains("content-length"))
        }
    }

    @Test func aValueCannotEndItsLine() {
        var headers = HTTPHeaders()
        headers.append("X", "a\r\nSet-Cookie: b\0")
        #expect(headers["x"] == "a  Set-Cookie: b ")
        let accepted = [headers.append("X Y", "a"), headers.append("", "a")]
        #expect(accepted == [false, false])
        #expect(headers.count == 1)
    }

    @Test func whatIsWrittenIsReadBack() {
        var output: [UInt8] = []
        let request = HTTPRequestHead(method: .post, target: "/a?b=c", headers: ["Host": "h", "X-Y": "z"])
        HTTP1Writer.appendRequest(request, framing: .chunked, to: &output)
        HTTP1Writer.appendChunk("hello".bytes, to: &output)
        HTTP1Writer.appendChunk([], to: &output)
        HTTP1Writer.appendChunk([UInt8](repeating: 1, count: 300), to: &output)
        HTTP1Writer.appendLastChunk(trailers: ["X-Sum": "1"], to: &output)
        let reading = Reading.requests([output])
        #expect(reading.failure == nil)
        #expect(reading.messages.first?.body == "hello".bytes + [UInt8](repeating: 1, count: 300))
        #expect(reading.messages.first?.trailers == ["X-Sum: 1"])

        var answer: [UInt8] = []
        HTTP1Writer.appendResponse(
            HTTPResponseHead(status: .created, headers: ["X": "y"]), framing: .length(2),
            persistence: .keepAlive, to: &answer)
        answer += "ok".bytes
        let response = Reading.responses([answer], to: .post)
        #expect(response.messages.first?.start == "HTTP/1.1 201")
        #expect(response.messages.first?.bodyText == "ok")
    }

    @Test func datesHaveTheOneFormat() throws {
        #expect(HTTPDate.render(Timestamp(milliseconds: 0)) == "Thu, 01 Jan 1970 00:00:00 GMT")
        let moment = try #require(Timestamp("1994-11-06T08:49:37.500Z"))
        #expect(HTTPDate.render(moment) == "Sun, 06 Nov 1994 08:49:37 GMT")
        #expect(HTTPDate.render(Timestamp(milliseconds: -1)) == "Wed, 31 Dec 1969 23:59:59 GMT")
    }
}
