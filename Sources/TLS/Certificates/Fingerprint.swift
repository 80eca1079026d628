/// The SHA-256 digest that names a certificate.
public struct Fingerprint: Sendable, Hashable, CustomStringConvertible {
    /// The 32 bytes.
    public let bytes: [UInt8]

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    /// Reads 64 hexadecimal digits in either case, with or without colons and a leading `sha256:`.
    public init?(_ text: String) {
        var rest = Substring(text)
        for prefix in ["sha256:", "SHA256:", "sha256=", "SHA256="] where rest.hasPrefix(prefix) {
            rest = rest.dropFirst(prefix.count)
            break
        }
        let digits = rest.utf8.filter { $0 != UInt8(ascii: ":") }
        guard digits.count == SHA256.byteCount * 2,
            let bytes = Hex.decode(String(decoding: digits, as: UTF8.self))
        else { return nil }
        self.bytes = bytes
    }

    /// `sha256:` and 64 lower-case digits, which is what the setting takes.
    public var description: String { "sha256:\(Hex.encode(bytes))" }
}
