internal import Model

/// Collects the field lines libcurl hands over one by one into the head of the final response.
///
/// libcurl has checked framing and line ends; this keeps status and fields, forgets interim (1xx) heads, and ignores
/// trailers.
struct ResponseHeadCollector {
    enum Verdict { case more, complete, tooLarge, malformed }

    private(set) var status = 0
    private(set) var headers = HTTPHeaders()
    private(set) var isComplete = false
    private var bytes = 0

    /// The head, once it is complete.
    var head: HTTPResponseHead? {
        isComplete ? HTTPResponseHead(status: HTTPStatus(status), headers: headers) : nil
    }

    mutating func consume(_ line: UnsafeRawBufferPointer) -> Verdict {
        guard !isComplete else { return .complete }
        bytes += line.count
        guard bytes <= HTTPClientLimits.headBytes, headers.count < HTTPClientLimits.headFields else {
            return .tooLarge
        }
        let text = Self.withoutLineEnd(line)
        guard !text.isEmpty else { return endOfBlock() }
        if Self.startsStatusLine(text) { return statusLine(text) }
        return field(text)
    }

    private mutating func endOfBlock() -> Verdict {
        if (100..<200).contains(status), status != 101 {
            status = 0
            return .more
        }
        guard status != 0 else { return .malformed }
        isComplete = true
        return .complete
    }

    private mutating func statusLine(_ text: UnsafeRawBufferPointer) -> Verdict {
        headers = HTTPHeaders()
        guard let space = text.firstIndex(of: 0x20) else { return .malformed }
        var value = 0
        var digits = 0
        for byte in text[(space + 1)...] {
            guard (0x30...0x39).contains(byte), digits < 3 else { break }
            value = value * 10 + Int(byte - 0x30)
            digits += 1
        }
        guard digits == 3, value >= 100 else { return .malformed }
        status = value
        return .more
    }

    private mutating func field(_ text: UnsafeRawBufferPointer) -> Verdict {
        guard let colon = text.firstIndex(of: 0x3A), colon > 0 else { return .malformed }
        let name = String(decoding: text[..<colon], as: UTF8.self)
        var value = text[(colon + 1)...]
        while let first = value.first, first == 0x20 || first == 0x09 { value = value.dropFirst() }
        while let last = value.last, last == 0x20 || last == 0x09 { value = value.dropLast() }
        return headers.append(name, String(decoding: value, as: UTF8.self)) ? .more : .malformed
    }

    private static func withoutLineEnd(_ line: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer {
        var count = line.count
        while count > 0, line[count - 1] == 0x0A || line[count - 1] == 0x0D { count -= 1 }
        return UnsafeRawBufferPointer(rebasing: line[..<count])
    }

    private static func startsStatusLine(_ text: UnsafeRawBufferPointer) -> Bool {
        text.count > 5 && text[0] == 0x48 && text[1] == 0x54 && text[2] == 0x54 && text[3] == 0x50
            && text[4] == 0x2F
    }
}
