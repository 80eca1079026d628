public import HTTPClient

/// Where the engine listens.
public struct DockerEndpoint: Sendable, Equatable, CustomStringConvertible {
    /// The socket path for `unix://`.
    public let socketPath: String?
    /// What stands before every path: scheme, host and port.
    public let base: String
    /// Files for TLS.
    public let tls: HTTPClientTLS

    /// Where Docker listens unless somebody says otherwise.
    public static let standard = DockerEndpoint(socketPath: "/var/run/docker.sock")

    /// An engine behind a Unix socket.
    public init(socketPath: String) {
        self.socketPath = socketPath
        base = "http://docker"
        tls = HTTPClientTLS()
    }

    /// Reads a `DOCKER_HOST` value: `unix:///path`, `tcp://host:port`, `http://…`, `https://…` or an absolute path.
    ///
    /// With TLS files given, `tcp://` means `https://`.
    public init?(_ text: String, tls: HTTPClientTLS = HTTPClientTLS()) {
        func rest(after prefix: String) -> String? {
            guard text.hasPrefix(prefix), text.utf8.count > prefix.utf8.count else { return nil }
            return String(text.dropFirst(prefix.count))
        }
        if text.hasPrefix("/") {
            self.init(socketPath: text)
        } else if let path = rest(after: "unix://") {
            guard path.hasPrefix("/"), path.utf8.count <= 107 else { return nil }
            self.init(socketPath: path)
        } else if let host = rest(after: "tcp://") ?? rest(after: "http://") ?? rest(after: "https://") {
            let secure = text.hasPrefix("https://") || text.hasPrefix("tcp://") && tls != HTTPClientTLS()
            let authority = host.prefix { $0 != "/" }
            guard !authority.isEmpty, authority.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F && $0 != 0x40 })
            else {
                return nil
            }
            self.init(base: "\(secure ? "https" : "http")://\(authority)", tls: tls)
        } else {
            return nil
        }
    }

    private init(base: String, tls: HTTPClientTLS) {
        socketPath = nil
        self.base = base
        self.tls = tls
    }

    /// The endpoint as people write it.
    public var description: String { socketPath.map { "unix://\($0)" } ?? base }
}
