import Model

/// Finds out who the client is when proxies stand between: the right-most address that is not a trusted proxy's.
///
/// Only what a trusted peer says is believed; whatever stands further left was said by somebody unknown.
struct ClientAddress: Sendable {
    private let trusted: [AddressRange]

    init(trusting ranges: [AddressRange]) { trusted = ranges }

    /// Whether peers can be proxies at all.
    var trustsAnybody: Bool { !trusted.isEmpty }

    /// The client's address without a port; `peer` is a socket's address as text.
    func client(peer: String, headers: HTTPHeaders) -> String {
        let host = Self.host(peer)
        guard isTrusted(host) else { return host }
        var client = host
        for hop in Self.hops(headers).reversed() {
            // What is no address, such as an obfuscated name, ends the chain that can be followed.
            guard IPAddress(hop) != nil else { return client }
            client = hop
            guard isTrusted(hop) else { return client }
        }
        return client
    }

    /// What failures are counted by: whoever has an IPv6 network of the usual size is one.
    static func network(of client: String) -> String {
        guard let address = IPAddress(client), !address.isIPv4 else { return client }
        let groups = stride(from: 0, to: 8, by: 2).map { index in
            String(UInt16(address.bytes[index]) << 8 | UInt16(address.bytes[index + 1]), radix: 16)
        }
        return groups.joined(separator: ":") + "::/64"
    }

    private func isTrusted(_ host: String) -> Bool {
        guard !trusted.isEmpty, let address = IPAddress(host) else { return false }
        return trusted.contains { $0.contains(address) }
    }

    /// `Forwarded` (RFC 7239) when there is one, else `X-Forwarded-For`; the nearest hop stands last.
    private static func hops(_ headers: HTTPHeaders) -> [String] {
        let forwarded = headers.all("forwarded")
        guard forwarded.isEmpty else { return forwarded.flatMap(elements).map(forwardedFor) }
        return headers.all("x-forwarded-for").flatMap(elements).map { host($0) }
    }

    private static func elements(_ value: String) -> [String] {
        value.utf8.split(separator: UInt8(ascii: ",")).suffix(hopsRead).map {
            String(decoding: HTTPToken.trimmed($0), as: UTF8.self)
        }
    }

    /// The value of `for=`, without quotes and port.
    private static func forwardedFor(_ element: String) -> String {
        for part in element.utf8.split(separator: UInt8(ascii: ";")) {
            let text = String(decoding: HTTPToken.trimmed(part), as: UTF8.self)
            guard text.lowercased().hasPrefix("for=") else { continue }
            var value = text.dropFirst(4)
            if value.utf8.count >= 2, value.utf8.first == UInt8(ascii: "\""),
                value.utf8.last == UInt8(ascii: "\"")
            {
                value = value.dropFirst().dropLast()
            }
            return host(String(value))
        }
        return ""
    }

    /// An address without its port: `192.0.2.1:80`, `[2001:db8::1]:80`, or either without.
    private static func host(_ text: String) -> String {
        if text.utf8.first == UInt8(ascii: "["), let end = text.utf8.firstIndex(of: UInt8(ascii: "]")) {
            return String(text[text.index(after: text.startIndex)..<end])
        }
        guard let colon = text.utf8.lastIndex(of: UInt8(ascii: ":")),
            text.utf8.firstIndex(of: UInt8(ascii: ":")) == colon
        else { return text }
        return String(text[..<colon])
    }

    /// Hops of one field that are looked at; nobody stands behind more proxies.
    private static let hopsRead = 16
}
