internal import Model

/// One place a tunnel may be opened to.
struct TunnelTarget: Sendable, Equatable {
    let host: String
    let port: UInt16
    let usesTLS: Bool

    /// Where to try, the best first.
    ///
    /// An advertised loopback is the control plane's own, so an agent elsewhere leaves it out; the API's own address
    /// always takes tunnels too. Without TLS a token goes nowhere but over loopback, unless the settings allow it.
    static func list(
        _ settings: TunnelSettings, advertised: TunnelEndpoint?, controlPlaneURL url: String
    ) -> [TunnelTarget] {
        let api = TunnelTarget(url: url)
        var found: [TunnelTarget] = []
        if settings.host != nil || settings.port != nil {
            let tls = settings.usesTLS ?? advertised?.useTLS ?? api.usesTLS
            found = [
                TunnelTarget(
                    host: settings.host ?? api.host, port: settings.port ?? advertised?.port ?? api.port,
                    usesTLS: tls)
            ]
        } else {
            if let advertised {
                let tls = settings.usesTLS ?? advertised.useTLS
                let isElsewhere = isLoopback(advertised.host) && !isLoopback(api.host)
                found.append(
                    TunnelTarget(
                        host: isElsewhere ? api.host : advertised.host, port: advertised.port, usesTLS: tls))
            }
            found.append(api)
        }
        return found.filter { $0.usesTLS || settings.allowsInsecure || isLoopback($0.host) }
    }

    /// As the rules of proxies read it.
    var url: String {
        let place = host.utf8.contains(0x3A) ? "[\(host)]" : host
        return "\(usesTLS ? "https" : "http")://\(place):\(port)"
    }

    init(host: String, port: UInt16, usesTLS: Bool) {
        self.host = host
        self.port = port
        self.usesTLS = usesTLS
    }

    init(url: String) {
        usesTLS = url.hasPrefix("https://")
        host = AdvertisedAddress.host(of: url)
        let authority = url.drop { $0 != "/" }.drop { $0 == "/" }.prefix { $0 != "/" }
        let tail = authority.lastIndex(of: ":").map { authority[authority.index(after: $0)...] }
        port = tail.flatMap { UInt16($0) } ?? (usesTLS ? 443 : 80)
    }

    static func isLoopback(_ host: String) -> Bool {
        host == "localhost" || host == "::1" || (host.hasPrefix("127.") && AddressRules.isIPv4(host[...]))
    }
}
