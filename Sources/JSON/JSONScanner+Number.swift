/// A scanned number: its bytes, and whether it has neither fraction nor exponent.
struct NumberToken {
    let start: Int
    let end: Int
    let isInteger: Bool
}

extension JSONScanner {
    /// Moves past the number that starts here and refuses those beyond the finite range.
    mutating func scanNumber() throws(JSONError) -> NumberToken {
        let start = at
        var index = at
        if index < bytes.count, bytes[index] == Byte.minus { index += 1 }
        if index < bytes.count, bytes[index] == Byte.zero {
            index += 1
        } else {
            index = try digits(index)
        }
        let wholeEnd = index
        if index < bytes.count, bytes[index] == Byte.dot { index = try digits(index + 1) }
        let exponent = index
        if index < bytes.count, bytes[index] | 0x20 == UInt8(ascii: "e") {
            index += 1
            if index < bytes.count, bytes[index] == Byte.plus || bytes[index] == Byte.minus { index += 1 }
            index = try digits(index)
        }
        let token = NumberToken(start: start, end: index, isInteger: index == wholeEnd)
        try checkRange(token, exponentBytes: index - exponent)
        at = index
        return token
    }

    /// The text of a number token.
    func text(_ token: NumberToken) -> String {
        String(decoding: bytes[token.start..<token.end], as: UTF8.self)
    }

    /// The digits and power of ten of a number token.
    func decimal(_ token: NumberToken) -> DecimalText {
        DecimalText(bytes.span.extracting(token.start..<token.end))
    }

    /// Moves over one or more digits.
    private func digits(_ start: Int) throws(JSONError) -> Int {
        var index = start
        while index < bytes.count, Byte.isDigit(bytes[index]) { index += 1 }
        guard index > start else {
            guard index < bytes.count else { throw failure(.unexpectedEnd, "number is cut off", at: index) }
            throw failure(.syntax, "expected a digit, found \(quoted(index))", at: index)
        }
        return index
    }

    /// Refuses numbers without a finite double, and absurdly long ones; ordinary ones pass without conversion.
    private func checkRange(_ token: NumberToken, exponentBytes: Int) throws(JSONError) {
        let length = token.end - token.start
        guard exponentBytes > 3 || length > 200 else { return }
        guard length <= JSONLimits.maxNumberBytes else {
            throw failure(.numberRange, "number of \(length) digits", at: token.start)
        }
        guard decimal(token).double(text: text(token)) != nil else {
            throw failure(
                .numberRange, "number \(text(token).prefix(JSONLimits.quotedBytes)) is too large",
                at: token.start)
        }
    }
}
