/// A UUID as two machine words: cheap to copy, compare and hash, without Foundation (RFC 9562).
public struct UUIDValue: Hashable, Sendable, Comparable, CustomStringConvertible {
    /// The first eight bytes in network order.
    public let high: UInt64
    /// The last eight bytes in network order.
    public let low: UInt64

    /// Takes the two halves as they are.
    public init(high: UInt64, low: UInt64) {
        self.high = high
        self.low = low
    }

    /// Makes a version 4 UUID from 16 random bytes given as two words.
    public init(randomHigh: UInt64, randomLow: UInt64) {
        high = (randomHigh & 0xFFFF_FFFF_FFFF_0FFF) | 0x4000
        low = (randomLow & 0x3FFF_FFFF_FFFF_FFFF) | 0x8000_0000_0000_0000
    }

    /// Parses the hyphenated form, upper or lower case; anything else is nil.
    public init?(_ text: some StringProtocol) {
        // As an array: walking text by index costs ten times as much, and a report is full of these.
        self.init(utf8: Array(text.utf8)[...])
    }

    /// Parses the hyphenated form in the bytes of a text.
    public init?(utf8 text: ArraySlice<UInt8>) { self.init(utf8: text.span) }

    /// Parses the hyphenated form in bytes that lie somewhere else.
    public init?(utf8 bytes: Span<UInt8>) {
        guard bytes.count == 36 else { return nil }
        var words: (UInt64, UInt64) = (0, 0)
        for index in 0..<36 {
            let byte = bytes[index]
            if index == 8 || index == 13 || index == 18 || index == 23 {
                guard byte == UInt8(ascii: "-") else { return nil }
                continue
            }
            guard let digit = Self.hexDigit(byte) else { return nil }
            if index < 18 { words.0 = words.0 << 4 | digit } else { words.1 = words.1 << 4 | digit }
        }
        high = words.0
        low = words.1
    }

    /// The lower-case hyphenated form.
    public var description: String {
        // Every request gets one of these, so the digits go straight into the text's storage.
        unsafe String(unsafeUninitializedCapacity: 36) { bytes in
            var at = 0
            for position in 0..<32 {
                if position == 8 || position == 12 || position == 16 || position == 20 {
                    unsafe bytes[at] = 0x2D
                    at += 1
                }
                let word = position < 16 ? high : low
                let digit = UInt8(truncatingIfNeeded: (word >> UInt64(60 - (position % 16) * 4)) & 0xF)
                unsafe bytes[at] = digit < 10 ? digit + 0x30 : digit + 0x57
                at += 1
            }
            return at
        }
    }

    /// Feeds both halves.
    public func hash(into hasher: inout Hasher) {
        hasher.combine(high)
        hasher.combine(low)
    }

    /// What tables ask for instead of a `Hasher`: one multiplication, since every look-up of the core is by one of these.
    ///
    /// Whoever chooses identifiers does not know this process's key, so he cannot make them collide.
    public func _rawHashValue(seed: Int) -> Int {
        let salted = UInt64(bitPattern: Int64(seed)) ^ Self.key
        let product = (high ^ salted).multipliedFullWidth(by: low ^ Self.oddKey)
        let folded = product.high ^ product.low
        return Int(truncatingIfNeeded: folded ^ (folded >> 32))
    }

    /// Differs from process to process, unless hashing is made deterministic by the environment.
    private static let key = UInt64(bitPattern: Int64(0x5EED.hashValue))
    private static let oddKey = UInt64(bitPattern: Int64(0x0DD.hashValue)) | 1

    /// Orders by the bytes in network order.
    public static func < (left: UUIDValue, right: UUIDValue) -> Bool {
        (left.high, left.low) < (right.high, right.low)
    }

    private static func hexDigit(_ byte: UInt8) -> UInt64? {
        switch byte {
        case 0x30...0x39: UInt64(byte - 0x30)
        case 0x61...0x66: UInt64(byte - 0x57)
        case 0x41...0x46: UInt64(byte - 0x37)
        default: nil
        }
    }
}

extension UUIDValue: Codable {
    /// Reads the hyphenated form.
    public init(from decoder: any Decoder) throws {
        let text = try decoder.singleValueContainer().decode(String.self)
        guard let value = UUIDValue(text) else {
            throw DecodingError.dataCorrupted(
                .init(codingPath: decoder.codingPath, debugDescription: "'\(text)' is not a UUID"))
        }
        self = value
    }

    /// Writes the hyphenated form.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}
