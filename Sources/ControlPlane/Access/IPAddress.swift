import Model

/// A numeric IP address as 16 bytes; IPv4 is mapped into IPv6, so that both compare alike.
struct IPAddress: Hashable, Sendable {
    let bytes: [UInt8]
    let isIPv4: Bool

    init?(_ text: some StringProtocol) {
        let text = String(text)
        if AddressRules.isIPv4(text[...]) {
            isIPv4 = true
            bytes = Self.mapped(Self.quad(text[...]))
        } else if AddressRules.isIPv6(text) {
            let sixteen = Self.groups(text)
            let isMapped = sixteen.starts(with: Self.mapped([]))
            isIPv4 = isMapped
            bytes = sixteen
        } else {
            return nil
        }
    }

    private static func mapped(_ quad: [UInt8]) -> [UInt8] {
        [UInt8](repeating: 0, count: 10) + [0xFF, 0xFF] + quad
    }

    private static func quad(_ text: Substring) -> [UInt8] {
        text.split(separator: "." as Character).compactMap { UInt8($0) }
    }

    /// The text is known to be an address: the parts before and behind a double colon, with zeros between.
    private static func groups(_ text: String) -> [UInt8] {
        var before: [UInt8] = []
        var behind: [UInt8] = []
        var isBehind = false
        let parts = text.split(separator: ":" as Character, omittingEmptySubsequences: false)
        for part in parts {
            if part.isEmpty {
                isBehind = true
                continue
            }
            let bytes = part.utf8.contains(UInt8(ascii: ".")) ? quad(part) : group(part)
            if isBehind { behind += bytes } else { before += bytes }
        }
        let zeros = [UInt8](repeating: 0, count: max(0, 16 - before.count - behind.count))
        return before + zeros + behind
    }

    private static func group(_ text: Substring) -> [UInt8] {
        let word = UInt16(text, radix: 16) ?? 0
        return [UInt8(word >> 8), UInt8(word & 0xFF)]
    }
}
