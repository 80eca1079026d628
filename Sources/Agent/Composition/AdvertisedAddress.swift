internal import EventLoop

/// The address endpoints are shown with when no setting names one: the one this machine has towards its control plane.
enum AdvertisedAddress {
    static let loopback = "127.0.0.1"

    /// As it stands in an endpoint before the control plane has answered; loopback when the control plane is on this
    /// machine or no way leads anywhere.
    ///
    /// Only the routes are asked: a look-up of a name may take half a minute on a network that is not there, and at a
    /// start containers come first. A name mostly leads the way that everything leads; `towards` mends it later.
    static func first(controlPlaneURL url: String) -> String {
        let host = host(of: url)
        guard host != "localhost" else { return loopback }
        let peer =
            SocketAddress(numericHost: host, port: 443) ?? SocketAddress(numericHost: "192.0.2.1", port: 443)
        return peer.flatMap { SystemInfo.localAddress(towards: $0) }.map(shown) ?? loopback
    }

    /// As it stands in an endpoint, from the address this machine has on a connection to its control plane; nil for
    /// what is no address.
    static func towards(_ local: String) -> String? {
        SocketAddress(numericHost: local, port: 0).map(shown)
    }

    private static func shown(_ own: SocketAddress) -> String {
        if own.isLoopback { return loopback }
        return own.family == .ipv6 ? "[\(own.host)]" : own.host
    }

    /// The host of a URL, without brackets.
    static func host(of url: String) -> String {
        var rest = Array(url.utf8)[...]
        if let colon = rest.firstIndex(of: 0x3A), rest[colon...].starts(with: [0x3A, 0x2F, 0x2F]) {
            rest = rest[(colon + 3)...]
        }
        let authority = rest.prefix { $0 != 0x2F }
        let host =
            authority.first == 0x5B
            ? authority.dropFirst().prefix { $0 != 0x5D } : authority.prefix { $0 != 0x3A }
        return String(decoding: host, as: UTF8.self)
    }
}
