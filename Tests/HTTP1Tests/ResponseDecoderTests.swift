import HTTP1
import Model
import Testing

struct ResponseCase: Sendable, CustomTestStringConvertible {
    let name: String
    let text: String
    var method = HTTPMethod.get
    /// Bodies of the complete messages, or nil when it is refused with `code`.
    var bodies: [String]?
    var code: HTTP1Failure.Code?

    var testDescription: String { name }

    static let all: [ResponseCase] = [
        ResponseCase(name: "length", text: "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi", bodies: ["hi"]),
        ResponseCase(name: "untilClose", text: "HTTP/1.1 200 OK\r\n\r\nhello", bodies: ["hello"]),
        ResponseCase(name: "emptyPhrase", text: "HTTP/1.1 200 \r\nContent-Length: 0\r\n\r\n", bodies: [""]),
        ResponseCase(
            name: "chunked",
            text: "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n0\r\n\r\n",
            bodies: ["hi"]),
        ResponseCase(
            name: "head", text: "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n", method: .head, bodies: [""]),
        ResponseCase(name: "noContent", text: "HTTP/1.1 204 No Content\r\n\r\n", bodies: [""]),
        ResponseCase(name: "notModified", text: "HTTP/1.1 304 X\r\nContent-Length: 9\r\n\r\n", bodies: [""]),
        ResponseCase(
            name: "continueThenFinal",
            text: "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nx",
            bodies: ["", "x"]),
        ResponseCase(
            name: "upgrade", text: "HTTP/1.1 101 S\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n", bodies: [""]
        ),
        ResponseCase(name: "connect", text: "HTTP/1.1 200 OK\r\n\r\n", method: .connect, bodies: [""]),
        ResponseCase(name: "half", text: "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nh", code: .truncated),
        ResponseCase(name: "halfHead", text: "HTTP/1.1 200 OK\r\n", code: .truncated),
        ResponseCase(name: "noSpace", text: "HTTP/1.1 200\r\n\r\n", code: .malformedStartLine),
        ResponseCase(name: "icy", text: "ICY 200 OK\r\n\r\n", code: .malformedStartLine),
        ResponseCase(name: "version2", text: "HTTP/2.0 200 OK\r\n\r\n", code: .unsupportedVersion),
        ResponseCase(name: "twoDigits", text: "HTTP/1.1 99 OK\r\n\r\n", code: .malformedStartLine),
        ResponseCase(
            name: "lineFeed", text: "HTTP/1.1 200 OK\nContent-Length: 0\n\n", code: .malformedLineEnd),
        ResponseCase(
            name: "lengthAndChunked",
            text: "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
            code: .ambiguousFraming),
        ResponseCase(
            name: "twoLengths", text: "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 2\r\n\r\nhi",
            code: .ambiguousFraming),
        ResponseCase(
            name: "gzipCoding", text: "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\n\r\nxx",
            code: .unsupportedTransferCoding),
    ]
}

@Suite struct ResponseDecoderTests {
    @Test(arguments: ResponseCase.all)
    func strictFramingDecides(_ test: ResponseCase) {
        let reading = Reading.responses([test.text.bytes], to: test.method)
        #expect(reading.failure == test.code)
        if let bodies = test.bodies {
            #expect(reading.messages.map(\.bodyText) == bodies)
            #expect(reading.partial == nil)
        }
    }

    @Test(arguments: ResponseCase.all)
    func everySplitReadsTheSame(_ test: ResponseCase) {
        let bytes = test.text.bytes
        let whole = Reading.responses([bytes], to: test.method)
        for cut in 0...bytes.count {
            let split = Reading.responses([Array(bytes[..<cut]), Array(bytes[cut...])], to: test.method)
            #expect(split == whole, "split at \(cut)")
        }
    }

    @Test func closeDelimitedResponsesDoNotPersist() {
        let open = Reading.responses(["HTTP/1.1 200 OK\r\n\r\nx".bytes])
        #expect(open.messages.first?.keepsAlive == false)
        let counted = Reading.responses(["HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n".bytes])
        #expect(counted.messages.first?.keepsAlive == true)
    }
}
