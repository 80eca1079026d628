/// Where and how an agent opens its tunnel.
public struct TunnelEndpoint: Codable, Hashable, Sendable {
    /// Host name or address.
    public var host: String
    /// TCP port.
    public var port: UInt16
    /// Whether TLS is spoken.
    public var useTLS: Bool
    /// Seconds to connect.
    public var connectTimeoutSecs: Int
    /// Seconds between heartbeats.
    public var heartbeatIntervalSecs: Int
    /// Seconds after which a silent peer is gone.
    public var heartbeatTimeoutSecs: Int
    /// The header that carries the node token.
    public var tokenHeader: String

    /// Describes an endpoint.
    public init(
        host: String, port: UInt16, useTLS: Bool, connectTimeoutSecs: Int = 10,
        heartbeatIntervalSecs: Int = 30,
        heartbeatTimeoutSecs: Int = 90, tokenHeader: String = "x-fledx-tunnel-token"
    ) {
        self.host = host
        self.port = port
        self.useTLS = useTLS
        self.connectTimeoutSecs = connectTimeoutSecs
        self.heartbeatIntervalSecs = heartbeatIntervalSecs
        self.heartbeatTimeoutSecs = heartbeatTimeoutSecs
        self.tokenHeader = tokenHeader
    }

    private enum CodingKeys: String, CodingKey {
        case host, port
        case useTLS = "use_tls"
        case connectTimeoutSecs = "connect_timeout_secs"
        case heartbeatIntervalSecs = "heartbeat_interval_secs"
        case heartbeatTimeoutSecs = "heartbeat_timeout_secs"
        case tokenHeader = "token_header"
    }
}
