/// Percent-encoding (RFC 3986 §2.1), strict: an escape is two hexadecimal digits, the result is UTF-8 without
/// control characters.
public enum PercentCoding {
    /// Decodes, or nil when an escape or its result is wrong.
    public static func decode(_ bytes: some Collection<UInt8>, plusIsSpace: Bool = false) -> String? {
        if bytes.allSatisfy(isPlain) { return String(decoding: bytes, as: UTF8.self) }
        var output: [UInt8] = []
        output.reserveCapacity(bytes.count)
        var rest = bytes.makeIterator()
        while let byte = rest.next() {
            var decoded = byte
            if byte == 0x25 {
                guard let high = rest.next().flatMap(hexDigit), let low = rest.next().flatMap(hexDigit) else {
                    return nil
                }
                decoded = high << 4 | low
            } else if byte == 0x2B, plusIsSpace {
                decoded = 0x20
            }
            guard decoded >= 0x20, decoded != 0x7F else { return nil }
            output.append(decoded)
        }
        return String(validating: output, as: UTF8.self)
    }

    /// Encodes everything but letters, digits and `-._~`.
    public static func encode(_ text: String) -> String {
        var output: [UInt8] = []
        for byte in text.utf8 {
            if isUnreserved(byte) {
                output.append(byte)
            } else {
                output += [0x25, digit(byte >> 4), digit(byte & 15)]
            }
        }
        return String(decoding: output, as: UTF8.self)
    }

    /// Stands for itself, in a query too.
    private static func isPlain(_ byte: UInt8) -> Bool { byte != 0x25 && byte != 0x2B && byte &- 0x20 < 0x5F }

    private static func isUnreserved(_ byte: UInt8) -> Bool {
        (byte | 0x20) &- 0x61 < 26 || byte &- 0x30 < 10 || byte == 0x2D || byte == 0x2E || byte == 0x5F
            || byte == 0x7E
    }

    private static func digit(_ value: UInt8) -> UInt8 { value < 10 ? value + 0x30 : value + 0x37 }

    private static func hexDigit(_ byte: UInt8) -> UInt8? {
        if byte &- 0x30 < 10 { return byte &- 0x30 }
        let lower = byte | 0x20
        return lower &- 0x61 < 6 ? lower &- 0x57 : nil
    }
}
