/// A range of IP addresses in CIDR notation: `10.0.0.0/8`, `2001:db8::/32`, or one address.
struct AddressRange: Hashable, Sendable {
    private let bytes: [UInt8]
    private let bits: Int

    init?(_ text: String) {
        let slash = text.utf8.firstIndex(of: UInt8(ascii: "/"))
        guard let address = IPAddress(text[..<(slash ?? text.endIndex)]) else { return nil }
        let width = address.isIPv4 ? 32 : 128
        var bits = width
        if let slash {
            let digits = text[text.utf8.index(after: slash)...]
            guard (1...3).contains(digits.utf8.count),
                digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let number = Int(digits),
                number <= width
            else { return nil }
            bits = number
        }
        bytes = address.bytes
        self.bits = bits + 128 - width
    }

    func contains(_ address: IPAddress) -> Bool {
        let whole = bits / 8
        guard bytes[..<whole] == address.bytes[..<whole] else { return false }
        guard bits % 8 > 0 else { return true }
        return (bytes[whole] ^ address.bytes[whole]) >> UInt8(8 - bits % 8) == 0
    }
}
