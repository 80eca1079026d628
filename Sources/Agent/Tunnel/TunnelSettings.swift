internal import HTTP2
internal import Model
internal import Tunnel

/// What the settings say of the tunnel.
struct TunnelSettings: Sendable {
    /// Where it is opened, when the settings say so; else the control plane says it.
    var host: String?
    var port: UInt16?
    /// Nil: as the control plane says.
    var usesTLS: Bool?
    var connectMilliseconds: Int64?
    var tokenHeader: String?
    /// Seconds between pings, and until an unanswered one ends the tunnel.
    var heartbeatSecs: Int64?
    var timeoutSecs: Int64?
    /// Whether every byte on the link costs.
    var isMetered: Bool
    /// The longest pause before it is opened again.
    var reconnectMilliseconds: Int64
    /// Streams it may have open at once.
    var streams: Int
    /// Addresses that a relay reaches below a path.
    var routes: [TunnelRoute]
    var allowsInsecure: Bool
    /// Whether commands and connections into containers are allowed.
    var allowsExec: Bool

    static var table: [Setting] {
        [
            Setting(
                "FLEDX_AGENT_TUNNEL_ENDPOINT_HOST", .text,
                help: "Host the tunnel is opened to; unset means as the control plane says."),
            Setting(
                "FLEDX_AGENT_TUNNEL_ENDPOINT_PORT", .number(1...65535),
                help: "Port the tunnel is opened to; unset means as the control plane says."),
            Setting(
                "FLEDX_AGENT_TUNNEL_USE_TLS", .flag,
                help: "Whether the tunnel speaks TLS; unset means as the control plane says."),
            Setting(
                "FLEDX_AGENT_TUNNEL_CONNECT_TIMEOUT_SECS", .number(1...3600), unit: "seconds",
                help: "How long to try to connect the tunnel; unset means as the control plane says."),
            Setting(
                "FLEDX_AGENT_TUNNEL_TOKEN_HEADER", .text,
                help: "Header that carries the node's token; unset means as the control plane says."),
            Setting(
                "FLEDX_AGENT_TUNNEL_HEARTBEAT_INTERVAL_SECS", .number(1...3600), unit: "seconds",
                help: "Pause between pings through the tunnel; unset means as the control plane says."),
            Setting(
                "FLEDX_AGENT_TUNNEL_HEARTBEAT_TIMEOUT_SECS", .number(2...86_400), unit: "seconds",
                help:
                    "How long a ping may go unanswered before the tunnel is given up; unset means as the control plane says."
            ),
            Setting(
                "FLEDX_AGENT_LINK_PROFILE", .choice(["default", "metered"]), default: "default",
                help:
                    "metered: a node at rest is heard every 8 minutes, and lost after 24."
            ),
            Setting(
                "FLEDX_AGENT_TUNNEL_RECONNECT_MAX_MS", .number(10...3_600_000),
                default: "\(ReconnectPause.lastMilliseconds)", unit: "milliseconds",
                help:
                    "Longest pause before a tunnel that ended is opened again, unless the control plane asks for one."
            ),
            Setting(
                "FLEDX_AGENT_TUNNEL_STREAMS", .number(1...Int64(TunnelLimits.streams)),
                default: "\(HTTP2Limits.small.streams)",
                help: "Streams the tunnel may have open at once, its control stream among them."),
            Setting(
                "FLEDX_AGENT_TUNNEL_ROUTES", .text,
                help: "Addresses a relay may reach, as /prefix=host:port,/other=host:port; none unless set."),
            Setting(
                "FLEDX_AGENT_ALLOW_EXEC", .flag, default: "true",
                help:
                    "Whether commands and connections into containers are allowed, whatever the control plane says."
            ),
        ]
    }

    init(_ values: SettingsValues, _ problems: inout [String]) {
        host = values.text("FLEDX_AGENT_TUNNEL_ENDPOINT_HOST")
        port = values.optionalNumber("FLEDX_AGENT_TUNNEL_ENDPOINT_PORT").map { UInt16(clamping: $0) }
        usesTLS =
            values.text("FLEDX_AGENT_TUNNEL_USE_TLS") == nil ? nil : values.flag("FLEDX_AGENT_TUNNEL_USE_TLS")
        connectMilliseconds = values.optionalNumber("FLEDX_AGENT_TUNNEL_CONNECT_TIMEOUT_SECS").map {
            $0 * 1_000
        }
        tokenHeader = values.text("FLEDX_AGENT_TUNNEL_TOKEN_HEADER")
        if let tokenHeader, !HTTPToken.isToken(Array(tokenHeader.utf8)) {
            problems.append(
                "FLEDX_AGENT_TUNNEL_TOKEN_HEADER='\(tokenHeader)': the name of an HTTP header is expected")
        }
        reconnectMilliseconds = values.number("FLEDX_AGENT_TUNNEL_RECONNECT_MAX_MS")
        streams = Int(values.number("FLEDX_AGENT_TUNNEL_STREAMS"))
        heartbeatSecs = values.optionalNumber("FLEDX_AGENT_TUNNEL_HEARTBEAT_INTERVAL_SECS")
        timeoutSecs = values.optionalNumber("FLEDX_AGENT_TUNNEL_HEARTBEAT_TIMEOUT_SECS")
        if let heartbeatSecs, let timeoutSecs, timeoutSecs <= heartbeatSecs {
            problems.append(
                "FLEDX_AGENT_TUNNEL_HEARTBEAT_TIMEOUT_SECS='\(timeoutSecs)': more than "
                    + "FLEDX_AGENT_TUNNEL_HEARTBEAT_INTERVAL_SECS='\(heartbeatSecs)' is expected")
        }
        isMetered = values.text("FLEDX_AGENT_LINK_PROFILE") == "metered"
        routes = TunnelRoute.list(values.text("FLEDX_AGENT_TUNNEL_ROUTES") ?? "", &problems)
        allowsExec = values.flag("FLEDX_AGENT_ALLOW_EXEC")
        allowsInsecure = values.flag("FLEDX_AGENT_ALLOW_INSECURE_HTTP")
    }
}

/// One address that a relay reaches below a path.
struct TunnelRoute: Sendable, Equatable {
    let prefix: String
    let host: String
    let port: UInt16

    /// Whether a path lies below it: whole segments count.
    func covers(_ path: String) -> Bool {
        path == prefix || path.hasPrefix(prefix == "/" ? "/" : prefix + "/") || path.hasPrefix(prefix + "?")
    }

    /// Reads `/prefix=host:port,…`; tells every part that is wrong.
    static func list(_ text: String, _ problems: inout [String]) -> [TunnelRoute] {
        var routes: [TunnelRoute] = []
        for part in text.split(separator: ",") {
            let part = part.drop { $0 == " " }
            guard let route = TunnelRoute(part) else {
                problems.append("FLEDX_AGENT_TUNNEL_ROUTES='\(part)': /prefix=host:port is expected")
                continue
            }
            if routes.contains(where: { $0.prefix == route.prefix }) {
                problems.append("FLEDX_AGENT_TUNNEL_ROUTES: '\(route.prefix)' is there twice")
            }
            routes.append(route)
        }
        // The longest prefix wins.
        return routes.sorted { $0.prefix.utf8.count > $1.prefix.utf8.count }
    }

    private init?(_ text: Substring) {
        guard let equals = text.firstIndex(of: "="), text.first == "/" else { return nil }
        let target = text[text.index(after: equals)...]
        guard let colon = target.lastIndex(of: ":"), let port = UInt16(target[target.index(after: colon)...]),
            port > 0, colon > target.startIndex
        else { return nil }
        var host = target[..<colon]
        if host.first == "[", host.last == "]" { host = host.dropFirst().dropLast() }
        var prefix = text[..<equals]
        while prefix.count > 1, prefix.last == "/" { prefix.removeLast() }
        self.prefix = String(prefix)
        self.host = String(host)
        self.port = port
    }
}
