internal import Model

/// The proxies that an environment names, as curl and most programs read it.
public struct ProxyRules: Sendable, Equatable {
    /// One proxy, and the hosts that are reached without it.
    public struct Choice: Sendable, Equatable {
        /// Its URL: `http://`, `socks4://`, `socks4a://`, `socks5://` or `socks5h://`, with credentials where needed.
        public var url: String
        /// Names, domains and networks as in `NO_PROXY`.
        public var exceptions: String

        /// A proxy for every host but these.
        public init(url: String, exceptions: String) {
            self.url = url
            self.exceptions = exceptions
        }

        /// The URL without what stands before its `@`, for people.
        public var shown: String {
            guard let at = url.lastIndex(of: "@") else { return url }
            let scheme = url.prefix { $0 != ":" }
            return "\(scheme)://\(url[url.index(after: at)...])"
        }
    }

    private var secure: String?
    private var plain: String?
    private var exceptions = ""

    /// No proxy.
    public init() {}

    /// Reads `HTTPS_PROXY`, `HTTP_PROXY`, `ALL_PROXY` and `NO_PROXY`; names in small letters win.
    ///
    /// - Parameters:
    ///   - environment: The process's.
    ///   - problems: Hears what is wrong.
    public init(_ environment: [String: String], _ problems: inout [String]) {
        func value(_ name: String) -> String? {
            let text = environment[name.lowercased()] ?? environment[name] ?? ""
            return text.isEmpty ? nil : text
        }
        func proxy(_ name: String) -> String? {
            guard let text = value(name) else { return nil }
            guard let url = Self.url(text) else {
                // The value may hold a password.
                problems.append("\(name): http://host:port or socks5h://host:port is expected")
                return nil
            }
            return url
        }
        let every = proxy("ALL_PROXY")
        secure = proxy("HTTPS_PROXY") ?? every
        plain = proxy("HTTP_PROXY") ?? every
        exceptions = value("NO_PROXY") ?? ""
    }

    /// What a connection to this URL goes through; nil for none, as for this machine itself.
    public func choice(for url: String) -> Choice? {
        let isSecure = url.hasPrefix("https://")
        guard let proxy = isSecure ? secure : plain, !Self.isLoopback(url) else { return nil }
        return Choice(url: proxy, exceptions: exceptions)
    }

    /// With a scheme, which is `http` where none is named; nil for what cannot be used.
    private static func url(_ text: String) -> String? {
        let name = text.prefix { $0 != ":" }
        let behind = text.dropFirst(name.count)
        let hasScheme = behind.hasPrefix("://")
        let scheme = hasScheme ? name.lowercased() : "http"
        let place = hasScheme ? behind.dropFirst(3) : text[...]
        guard ["http", "socks4", "socks4a", "socks5", "socks5h"].contains(scheme), !place.isEmpty,
            place.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F })
        else { return nil }
        return "\(scheme)://\(place)"
    }

    private static func isLoopback(_ url: String) -> Bool {
        let authority = url.drop { $0 != "/" }.drop { $0 == "/" }.prefix { $0 != "/" }
        if authority.hasPrefix("[::1]") { return true }
        let name = authority.prefix { $0 != ":" }
        return name == "localhost" || (name.hasPrefix("127.") && AddressRules.isIPv4(name))
    }
}
