public import Model

/// Appends messages to a buffer; framing and connection fields are written here and nowhere else.
///
/// `Content-Length`, `Transfer-Encoding`, `Connection` and, when `date` is given, `Date` in the given headers are
/// left out: two places that frame a message are one too many.
public enum HTTP1Writer {
    /// What a response does with its connection.
    public enum Persistence: Sendable {
        /// Stays open; said aloud only to HTTP/1.0.
        case keepAlive
        /// Closes after this message.
        case close
        /// HTTP ends here, as the `Upgrade` field among the headers says.
        case upgrade
    }

    /// Appends a response head.
    ///
    /// - Parameters:
    ///   - head: Status and fields; its version is the one the peer spoke.
    ///   - framing: How the body ends; `.length(0)` for an empty one, `.none` writes no framing field at all.
    ///   - persistence: What happens to the connection.
    ///   - date: The value of `Date`, or nil for none.
    ///   - output: Where to append.
    ///   - more: Appends whole field lines that the caller vouches for.
    public static func appendResponse(
        _ head: HTTPResponseHead, framing: BodyFraming, persistence: Persistence, date: [UInt8]? = nil,
        to output: inout [UInt8], more: (inout [UInt8]) -> Void = { _ in }
    ) {
        if head.status == .ok {
            output.append(contentsOf: statusOK)
        } else {
            output.append(contentsOf: "HTTP/1.1 \(head.status.code) \(head.status.reason)\r\n".utf8)
        }
        if let date {
            output.append(contentsOf: dateName)
            output.append(contentsOf: date)
            output.append(contentsOf: newline)
        }
        more(&output)
        appendFields(head.headers, withDate: date == nil, to: &output)
        switch persistence {
        case .keepAlive where head.version == .http10:
            output.append(contentsOf: "connection: keep-alive\r\n".utf8)
        case .keepAlive: break
        case .close: output.append(contentsOf: "connection: close\r\n".utf8)
        case .upgrade: output.append(contentsOf: "connection: upgrade\r\n".utf8)
        }
        appendFraming(head.status.isInformational || head.status == .noContent ? .none : framing, to: &output)
        output.append(contentsOf: newline)
    }

    /// Appends a request head; `.none` writes a length of 0 for methods that usually have a body.
    public static func appendRequest(
        _ head: HTTPRequestHead, framing: BodyFraming, persistence: Persistence = .keepAlive,
        to output: inout [UInt8]
    ) {
        output.append(contentsOf: head.method.name.utf8)
        output.append(0x20)
        output.append(contentsOf: head.target.utf8)
        output.append(contentsOf: " HTTP/1.1\r\n".utf8)
        appendFields(head.headers, withDate: true, to: &output)
        switch persistence {
        case .keepAlive: break
        case .close: output.append(contentsOf: "connection: close\r\n".utf8)
        case .upgrade: output.append(contentsOf: "connection: upgrade\r\n".utf8)
        }
        let carriesBody = head.method == .post || head.method == .put || head.method == .patch
        appendFraming(framing == .none && carriesBody ? .length(0) : framing, to: &output)
        output.append(contentsOf: newline)
    }

    /// Appends one chunk; nothing for no bytes, because an empty chunk would end the body.
    public static func appendChunk(_ bytes: [UInt8], to output: inout [UInt8]) {
        guard !bytes.isEmpty else { return }
        output.append(contentsOf: String(bytes.count, radix: 16).utf8)
        output.append(contentsOf: newline)
        output.append(contentsOf: bytes)
        output.append(contentsOf: newline)
    }

    /// Appends the end of a chunked body.
    public static func appendLastChunk(trailers: HTTPHeaders = HTTPHeaders(), to output: inout [UInt8]) {
        output.append(contentsOf: "0\r\n".utf8)
        appendFields(trailers, withDate: true, to: &output)
        output.append(contentsOf: newline)
    }

    /// The interim response that lets a waiting client send its body.
    public static let continueResponse = Array("HTTP/1.1 100 Continue\r\n\r\n".utf8)

    private static let statusOK = Array("HTTP/1.1 200 OK\r\n".utf8)
    private static let newline: [UInt8] = [13, 10]
    private static let dateName = Array("date: ".utf8)
    private static let lengthName = Array("content-length: ".utf8)
    private static let chunkedLine = Array("transfer-encoding: chunked\r\n".utf8)

    private static func appendFraming(_ framing: BodyFraming, to output: inout [UInt8]) {
        switch framing {
        case .none, .untilClose: break
        case .chunked: output.append(contentsOf: chunkedLine)
        case .length(let length):
            output.append(contentsOf: lengthName)
            appendDecimal(length, to: &output)
            output.append(contentsOf: newline)
        }
    }

    private static func appendFields(_ headers: HTTPHeaders, withDate: Bool, to output: inout [UInt8]) {
        for field in headers.fields where !isOurs(headers, field, withDate) {
            output.append(contentsOf: headers.block[field.name])
            output.append(0x3A)
            output.append(0x20)
            output.append(contentsOf: headers.block[field.value])
            output.append(contentsOf: newline)
        }
    }

    private static func isOurs(_ headers: HTTPHeaders, _ field: HTTPHeaders.Field, _ withDate: Bool) -> Bool {
        let bytes = headers.block.span
        switch field.nameLength {
        case 4: return !withDate && ByteScan.matches(bytes, field.name, "date")
        case 10: return ByteScan.matches(bytes, field.name, "connection")
        case 14: return ByteScan.matches(bytes, field.name, "content-length")
        case 17: return ByteScan.matches(bytes, field.name, "transfer-encoding")
        default: return false
        }
    }

    private static func appendDecimal(_ value: Int, to output: inout [UInt8]) {
        guard value >= 10 else { return output.append(UInt8(truncatingIfNeeded: value) &+ 0x30) }
        appendDecimal(value / 10, to: &output)
        output.append(UInt8(truncatingIfNeeded: value % 10) &+ 0x30)
    }
}
