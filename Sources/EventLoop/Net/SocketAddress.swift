internal import CUV
internal import Glibc

/// Where a socket is: a numeric IP address with a port, or a path.
public struct SocketAddress: Hashable, Sendable, CustomStringConvertible {
    /// The kinds of addresses there are.
    public enum Family: Sendable { case ipv4, ipv6, unix }

    /// The kind of address.
    public let family: Family
    /// The numeric address, or the path.
    public let host: String
    /// The port; 0 for a path.
    public let port: UInt16

    /// The address of a Unix socket.
    public init(path: String) {
        family = .unix
        host = path
        port = 0
    }

    /// Parses a numeric IP address, without brackets; a name is nil.
    public init?(numericHost: String, port: UInt16) {
        var four = sockaddr_in()
        var six = sockaddr_in6()
        if uv_ip4_addr(numericHost, Int32(port), &four) == 0 {
            family = .ipv4
        } else if uv_ip6_addr(numericHost, Int32(port), &six) == 0 {
            family = .ipv6
        } else {
            return nil
        }
        host = numericHost
        self.port = port
    }

    /// `192.0.2.1:80`, `[2001:db8::1]:80` or `unix:/run/x.sock`.
    public var description: String {
        switch family {
        case .ipv4: "\(host):\(port)"
        case .ipv6: "[\(host)]:\(port)"
        case .unix: "unix:\(host)"
        }
    }

    /// Whether only programs of this machine can be at this address.
    public var isLoopback: Bool {
        switch family {
        case .unix: true
        case .ipv4: host.hasPrefix("127.")
        case .ipv6: host == "::1"
        }
    }

    /// Reads what the system filled in; an IPv4 address mapped into IPv6 becomes plain IPv4.
    init?(system: UnsafePointer<sockaddr>) {
        var text = [CChar](repeating: 0, count: 64)
        let isFour = Int32(system.pointee.sa_family) == AF_INET
        guard isFour || Int32(system.pointee.sa_family) == AF_INET6 else { return nil }
        let raw = UnsafeRawPointer(system)
        if isFour {
            let four = raw.assumingMemoryBound(to: sockaddr_in.self)
            guard uv_ip4_name(four, &text, text.count) == 0 else { return nil }
            port = UInt16(bigEndian: four.pointee.sin_port)
        } else {
            let six = raw.assumingMemoryBound(to: sockaddr_in6.self)
            guard uv_ip6_name(six, &text, text.count) == 0 else { return nil }
            port = UInt16(bigEndian: six.pointee.sin6_port)
        }
        let name = String(decoding: text.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
        let isMapped = name.hasPrefix("::ffff:") && name.utf8.contains(UInt8(ascii: "."))
        host = isMapped ? String(name.dropFirst(7)) : name
        family = isFour || isMapped ? .ipv4 : .ipv6
    }

    /// Gives the system's form of an IP address to `body`; nil for a path.
    func withSystemAddress<R>(_ body: (UnsafePointer<sockaddr>) throws -> R) rethrows -> R? {
        var storage = sockaddr_storage()
        return try withUnsafeMutablePointer(to: &storage) { storage in
            let raw = UnsafeMutableRawPointer(storage)
            let status =
                switch family {
                case .ipv4: uv_ip4_addr(host, Int32(port), raw.assumingMemoryBound(to: sockaddr_in.self))
                case .ipv6: uv_ip6_addr(host, Int32(port), raw.assumingMemoryBound(to: sockaddr_in6.self))
                case .unix: UV_EINVAL.rawValue
                }
            guard status == 0 else { return nil }
            return try body(UnsafePointer(raw.assumingMemoryBound(to: sockaddr.self)))
        }
    }
}
