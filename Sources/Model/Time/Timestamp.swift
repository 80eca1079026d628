/// A moment on the wall clock: milliseconds since 1970-01-01T00:00:00Z, leap seconds ignored.
public struct Timestamp: Hashable, Sendable, Comparable, CustomStringConvertible {
    /// Milliseconds since 1970-01-01T00:00:00Z.
    public let milliseconds: Int64

    /// Takes milliseconds since 1970.
    public init(milliseconds: Int64) { self.milliseconds = milliseconds }

    /// Parses RFC 3339 (`2026-11-23T10:00:00.123Z`, any offset, 0 to 9 fraction digits); anything else is nil.
    public init?(_ text: some StringProtocol) {
        // As an array: walking text by index costs ten times as much, and a report is full of these.
        self.init(utf8: Array(text.utf8)[...])
    }

    /// Parses RFC 3339 in the bytes of a text.
    public init?(utf8 bytes: ArraySlice<UInt8>) {
        var scanner = DigitScanner(bytes)
        guard let year = scanner.digits(4), scanner.skip(0x2D), let month = scanner.digits(2),
            scanner.skip(0x2D),
            let day = scanner.digits(2), scanner.skip(0x54) || scanner.skip(0x74) || scanner.skip(0x20),
            let hour = scanner.digits(2), scanner.skip(0x3A), let minute = scanner.digits(2),
            scanner.skip(0x3A),
            let second = scanner.digits(2)
        else { return nil }
        guard (1...12).contains(month), (1...Self.daysInMonth(year, month)).contains(day), hour < 24,
            minute < 60,
            second <= 60, let fraction = scanner.fractionMilliseconds(), let offset = scanner.offsetMinutes(),
            scanner.atEnd
        else { return nil }
        let days = Self.daysFromCivil(year: year, month: month, day: day)
        let seconds = days * 86_400 + hour * 3600 + (minute - offset) * 60 + min(second, 59)
        milliseconds = seconds * 1000 + fraction
    }

    /// RFC 3339 in UTC with milliseconds.
    public var description: String {
        let days = milliseconds.floorDivided(by: 86_400_000)
        let inDay = milliseconds - days * 86_400_000
        let (year, month, day) = Self.civil(fromDays: days)
        let date = "\(Self.padded(year, 4))-\(Self.padded(month, 2))-\(Self.padded(day, 2))"
        let hours = Self.padded(inDay / 3_600_000, 2)
        let minutes = Self.padded(inDay / 60_000 % 60, 2)
        let seconds = Self.padded(inDay / 1000 % 60, 2)
        return "\(date)T\(hours):\(minutes):\(seconds).\(Self.padded(inDay % 1000, 3))Z"
    }

    /// The moment that many milliseconds later.
    public func adding(milliseconds: Int64) -> Timestamp {
        Timestamp(milliseconds: self.milliseconds + milliseconds)
    }

    /// Earlier is smaller.
    public static func < (left: Timestamp, right: Timestamp) -> Bool {
        left.milliseconds < right.milliseconds
    }

    private static func padded(_ value: Int64, _ width: Int) -> String {
        let text = String(value)
        return String(repeating: "0", count: max(0, width - text.utf8.count)) + text
    }

    private static func daysInMonth(_ year: Int64, _ month: Int64) -> Int64 {
        switch month {
        case 2: (year % 4 == 0 && year % 100 != 0) || year % 400 == 0 ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
    }

    /// Days since 1970-01-01 of a proleptic Gregorian date; years begin in March so the leap day comes last.
    private static func daysFromCivil(year: Int64, month: Int64, day: Int64) -> Int64 {
        let shifted = month <= 2 ? year - 1 : year
        let era = shifted.floorDivided(by: 400)
        let yearOfEra = shifted - era * 400
        let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        return era * 146_097 + dayOfEra - 719_468
    }

    private static func civil(fromDays days: Int64) -> (year: Int64, month: Int64, day: Int64) {
        let shifted = days + 719_468
        let era = shifted.floorDivided(by: 146_097)
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let monthFromMarch = (5 * dayOfYear + 2) / 153
        let month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
        return (
            yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month,
            dayOfYear - (153 * monthFromMarch + 2) / 5 + 1
        )
    }
}

extension Timestamp: Codable {
    /// Reads RFC 3339.
    public init(from decoder: any Decoder) throws {
        let text = try decoder.singleValueContainer().decode(String.self)
        guard let value = Timestamp(text) else {
            throw DecodingError.dataCorrupted(
                .init(codingPath: decoder.codingPath, debugDescription: "'\(text)' is not an RFC 3339 time"))
        }
        self = value
    }

    /// Writes RFC 3339 in UTC with milliseconds.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}

extension Int64 {
    fileprivate func floorDivided(by divisor: Int64) -> Int64 {
        let quotient = self / divisor
        return self % divisor < 0 ? quotient - 1 : quotient
    }
}

/// Reads the fixed-width fields of a time.
private struct DigitScanner {
    private let bytes: ArraySlice<UInt8>
    private var at: Int

    init(_ bytes: ArraySlice<UInt8>) {
        self.bytes = bytes
        at = bytes.startIndex
    }

    var atEnd: Bool { at == bytes.endIndex }

    private var next: UInt8? { at < bytes.endIndex ? bytes[at] : nil }

    private var digit: Int64? {
        guard let byte = next, byte &- 0x30 < 10 else { return nil }
        return Int64(byte - 0x30)
    }

    mutating func skip(_ byte: UInt8) -> Bool {
        guard next == byte else { return false }
        at += 1
        return true
    }

    mutating func digits(_ count: Int) -> Int64? {
        var value: Int64 = 0
        for _ in 0..<count {
            guard let digit else { return nil }
            value = value * 10 + digit
            at += 1
        }
        return value
    }

    mutating func fractionMilliseconds() -> Int64? {
        guard skip(0x2E) else { return 0 }
        var value: Int64 = 0
        var count = 0
        while let digit {
            if count < 3 { value = value * 10 + digit }
            count += 1
            at += 1
        }
        guard (1...9).contains(count) else { return nil }
        for _ in 0..<max(0, 3 - count) { value *= 10 }
        return value
    }

    mutating func offsetMinutes() -> Int64? {
        if skip(0x5A) || skip(0x7A) { return 0 }
        let negative = next == 0x2D
        guard skip(0x2B) || skip(0x2D), let hours = digits(2), skip(0x3A), let minutes = digits(2),
            hours < 24,
            minutes < 60
        else { return nil }
        return (negative ? -1 : 1) * (hours * 60 + minutes)
    }
}
