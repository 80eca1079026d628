import Model

/// Reads field lines up to the empty line; strict about every byte (RFC 9112 §5).
struct FieldScanner {
    var notes = FieldNotes()
    var fields: [HTTPHeaders.Field] = []
    /// Where the line at work starts; a fault counts only once its line is complete.
    var lineStart = 0

    init() { fields.reserveCapacity(12) }

    /// Scans from `start`; the position after the empty line, or nil while it is not there yet.
    ///
    /// Positions in `fields` are relative to the span.
    @inline(__always)
    mutating func scan(
        _ bytes: Span<UInt8>, from start: Int, fieldCount: Int
    ) throws(HTTP1Failure) -> Int? {
        let count = bytes.count
        var at = start
        while true {
            lineStart = at
            guard at < count else { return nil }
            if bytes[at] == ByteScan.carriageReturn { return try Self.endOfLine(bytes, at) }
            let nameStart = at
            while at < count, HTTPToken.isTokenByte(bytes[at]) { at &+= 1 }
            guard at < count else { return nil }
            guard bytes[at] == ByteScan.colon, at > nameStart else {
                throw Self.badName(bytes, nameStart, at)
            }
            let nameEnd = at
            at &+= 1
            while at < count, bytes[at] == ByteScan.space || bytes[at] == ByteScan.tab { at &+= 1 }
            let valueStart = at
            at = ByteScan.endOfText(bytes, from: at)
            guard at < count else { return nil }
            guard let next = try Self.endOfLine(bytes, at) else { return nil }
            var valueEnd = at
            while valueEnd > valueStart, bytes[valueEnd &- 1] == 32 || bytes[valueEnd &- 1] == 9 {
                valueEnd &-= 1
            }
            guard fields.count < fieldCount else {
                throw HTTP1Failure(.tooManyFields, "more than \(fieldCount) header fields")
            }
            fields.append(
                HTTPHeaders.Field(
                    nameStart: nameStart, nameLength: nameEnd &- nameStart, valueStart: valueStart,
                    valueLength: valueEnd &- valueStart))
            try notes.note(bytes, name: nameStart..<nameEnd, value: valueStart..<valueEnd)
            at = next
        }
    }

    /// The position after CR LF at `at`; nil when the line feed has not come yet.
    @inline(__always)
    static func endOfLine(_ bytes: Span<UInt8>, _ at: Int) throws(HTTP1Failure) -> Int? {
        guard bytes[at] == ByteScan.carriageReturn else { throw badControl(bytes[at]) }
        guard at &+ 1 < bytes.count else { return nil }
        guard bytes[at &+ 1] == ByteScan.lineFeed else {
            throw HTTP1Failure(.malformedLineEnd, "a carriage return without its line feed")
        }
        return at &+ 2
    }

    static func badControl(_ byte: UInt8) -> HTTP1Failure {
        byte == ByteScan.lineFeed
            ? HTTP1Failure(.malformedLineEnd, "a line feed without its carriage return")
            : HTTP1Failure(.malformedField, "a control character")
    }

    private static func badName(_ bytes: Span<UInt8>, _ start: Int, _ at: Int) -> HTTP1Failure {
        switch bytes[at] {
        case ByteScan.lineFeed: badControl(ByteScan.lineFeed)
        case ByteScan.space where at == start, ByteScan.tab where at == start:
            HTTP1Failure(.obsoleteFolding, "a line that starts with white space")
        case ByteScan.space, ByteScan.tab:
            HTTP1Failure(.malformedField, "white space between a header's name and its colon")
        case ByteScan.colon: HTTP1Failure(.malformedField, "a header without a name")
        default: HTTP1Failure(.malformedField, "a header's name contains a character that no name has")
        }
    }
}
