/// What IP addresses look like, without asking the system.
public enum AddressRules {
    /// Whether a text is an IPv4 or IPv6 address.
    public static func isIPAddress(_ text: String) -> Bool { isIPv4(text[...]) || isIPv6(text) }

    /// Whether a text is a dotted quad without leading zeros.
    public static func isIPv4(_ text: Substring) -> Bool {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        return parts.count == 4
            && parts.allSatisfy { part in
                guard (1...3).contains(part.utf8.count), part.utf8.allSatisfy({ (0x30...0x39).contains($0) }),
                    let number = Int(part)
                else { return false }
                return number <= 255 && (part.utf8.count == 1 || part.utf8.first != 0x30)
            }
    }

    /// Whether a text is an IPv6 address (RFC 4291, no zone).
    public static func isIPv6(_ text: String) -> Bool {
        let bytes = Array(text.utf8)
        guard bytes.count >= 2, bytes.count <= 45 else { return false }
        var doubleColons = 0
        for index in bytes.indices.dropLast() where bytes[index] == 0x3A && bytes[index + 1] == 0x3A {
            doubleColons += 1
        }
        guard doubleColons <= 1 else { return false }
        if bytes[0] == 0x3A && bytes[1] != 0x3A { return false }
        if bytes[bytes.count - 1] == 0x3A && bytes[bytes.count - 2] != 0x3A { return false }
        var groups = 0
        let parts = text.split(separator: ":")
        for (index, part) in parts.enumerated() {
            if index == parts.count - 1, part.utf8.contains(0x2E) {
                guard isIPv4(part) else { return false }
                groups += 2
                continue
            }
            guard part.utf8.count <= 4, part.utf8.allSatisfy(isHex) else { return false }
            groups += 1
        }
        return doubleColons == 1 ? groups < 8 : groups == 8
    }

    private static func isHex(_ byte: UInt8) -> Bool {
        (0x30...0x39).contains(byte) || (0x61...0x66).contains(byte) || (0x41...0x46).contains(byte)
    }
}
