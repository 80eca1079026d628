/// A number's text taken apart: sign, up to 64 bits of digits, and a power of ten.
struct DecimalText {
    /// Whether the text starts with a minus sign.
    private(set) var negative = false
    /// The digits without trailing zeros; meaningless when `overflowed`.
    private(set) var mantissa: UInt64 = 0
    /// The power of ten that the mantissa is multiplied with.
    private(set) var scale = 0
    /// Whether the digits need more than 64 bits.
    private(set) var overflowed = false

    /// Exponents are cut off here; nothing in 64 bits or a double survives a larger one.
    private static let largestExponent = 1_000_000
    /// Powers of ten that a double holds exactly.
    private static let exactPowers: [Double] = [
        1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17,
        1e18, 1e19, 1e20, 1e21, 1e22,
    ]

    /// Takes apart a text that follows the grammar of RFC 8259.
    init(_ text: Span<UInt8>) {
        var index = 0
        if index < text.count, text[index] == Byte.minus {
            negative = true
            index += 1
        }
        var fraction = false
        var zeros = 0
        while index < text.count {
            let byte = text[index]
            if byte == Byte.dot {
                fraction = true
            } else if Byte.isDigit(byte) {
                append(UInt64(byte &- Byte.zero), &zeros)
                if fraction { scale -= 1 }
            } else {
                break
            }
            index += 1
        }
        scale += zeros
        if index < text.count { scale += Self.exponent(text, from: index + 1) }
    }

    /// Adds one digit; zeros wait until a digit follows them, so that trailing ones cost no bits.
    private mutating func append(_ digit: UInt64, _ zeros: inout Int) {
        guard digit != 0 else {
            if mantissa != 0 { zeros += 1 }
            return
        }
        while zeros > 0 && !overflowed {
            shift()
            zeros -= 1
        }
        shift()
        let (sum, overflow) = mantissa.addingReportingOverflow(digit)
        mantissa = sum
        overflowed = overflowed || overflow
    }

    /// Makes room for one decimal digit.
    private mutating func shift() {
        let (product, overflow) = mantissa.multipliedReportingOverflow(by: 10)
        mantissa = product
        overflowed = overflowed || overflow
    }

    /// The exponent's value, cut off at a million.
    private static func exponent(_ text: Span<UInt8>, from start: Int) -> Int {
        var index = start
        var negative = false
        if index < text.count, text[index] == Byte.minus || text[index] == Byte.plus {
            negative = text[index] == Byte.minus
            index += 1
        }
        var value = 0
        while index < text.count, value < largestExponent {
            value = value * 10 + Int(text[index] &- Byte.zero)
            index += 1
        }
        return negative ? -value : value
    }

    /// The exact integer, or nil when there is a fraction or the type is too small.
    func integer<T: FixedWidthInteger>() -> T? {
        guard !overflowed else { return nil }
        guard mantissa != 0 else { return 0 }
        guard scale >= 0, scale < 20 else { return nil }
        var magnitude = mantissa
        for _ in 0..<scale {
            let (product, overflow) = magnitude.multipliedReportingOverflow(by: 10)
            guard !overflow else { return nil }
            magnitude = product
        }
        guard negative else { return T(exactly: magnitude) }
        guard magnitude <= UInt64(1) << 63 else { return nil }
        return T(exactly: Int64(truncatingIfNeeded: 0 &- magnitude))
    }

    /// The nearest double when one exact multiplication or division gives it, else nil.
    private var quickDouble: Double? {
        guard !overflowed, mantissa <= UInt64(1) << 53, scale >= -22, scale <= 22 else { return nil }
        let digits = negative ? -Double(mantissa) : Double(mantissa)
        return scale < 0 ? digits / Self.exactPowers[-scale] : digits * Self.exactPowers[scale]
    }

    /// The nearest finite double; `text` is asked only when the quick way does not decide.
    func double(text: @autoclosure () -> String) -> Double? {
        if let quick = quickDouble { return quick }
        guard let value = Double(text()), value.isFinite else { return nil }
        return value
    }
}
