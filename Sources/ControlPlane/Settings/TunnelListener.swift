import Model

/// A listener that takes tunnels and nothing else.
struct TunnelListener: Sendable, Equatable {
    let host: String
    let port: UInt16

    /// Nil unless its address or its port is set.
    init?(_ values: SettingsValues) {
        let host = values.text("FLEDX_CP_TUNNEL_LISTEN_HOST")
        let port = values.optionalNumber("FLEDX_CP_TUNNEL_LISTEN_PORT")
        guard host != nil || port != nil else { return nil }
        self.host = host ?? values.text("FLEDX_CP_SERVER_HOST") ?? "0.0.0.0"
        self.port = UInt16(clamping: port ?? values.number("FLEDX_CP_TUNNEL_ADVERTISED_PORT"))
    }
}
