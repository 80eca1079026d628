/// A JSON number as its exact text, so that nothing is lost before its reader picks a type.
///
/// Two numbers are equal when their texts are: `1` and `1.0` differ.
public struct JSONNumber: Sendable, Hashable {
    /// The number exactly as written, always valid by the grammar of RFC 8259.
    public let text: String

    /// Takes a text that the scanner has already held to the grammar.
    init(checked text: String) {
        self.text = text
    }

    /// The number with this text, or nil when the text is not a JSON number.
    public init?(_ text: String) {
        guard var scanner = try? JSONScanner(Array(text.utf8), limits: .standard),
            let token = try? scanner.scanNumber(), token.end == scanner.bytes.count
        else { return nil }
        self.text = text
    }

    /// The number of an integer.
    public init(_ value: some FixedWidthInteger) {
        text = value.description
    }

    /// The shortest text that reads back as this double, or nil for infinities and NaN.
    public init?(_ value: Double) {
        guard let text = Self.text(of: value) else { return nil }
        self.text = text
    }

    /// The value as a 64-bit integer; nil when it has a fraction or does not fit.
    ///
    /// `1.0` and `1e3` are integers here, as RFC 8259 makes no difference between them and `1` and `1000`.
    public var int64: Int64? { integer() }

    /// The value as an unsigned 64-bit integer; nil when it is negative, has a fraction or does not fit.
    public var uint64: UInt64? { integer() }

    /// The nearest double; nil when the number is beyond the finite range.
    ///
    /// Rounding to the nearest is no loss here, since few decimal fractions have an exact double.
    public var double: Double? { DecimalText(text.utf8.span).double(text: text) }

    /// The value as any integer type; nil when that type cannot hold it exactly.
    public func integer<T: FixedWidthInteger>(_ type: T.Type = T.self) -> T? {
        DecimalText(text.utf8.span).integer()
    }

    /// The text of a finite double; whole numbers lose their `.0`.
    static func text(of value: Double) -> String? {
        guard value.isFinite else { return nil }
        let text = value.description
        return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
    }
}
