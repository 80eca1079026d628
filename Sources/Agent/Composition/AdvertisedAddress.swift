internal import EventLoop

/// The address endpoints are shown with when no setting names one: the one this machine has towards its control plane.
@LoopActor
enum AdvertisedAddress {
    static let loopback = "127.0.0.1"

    /// As it stands in an endpoint; loopback when the control plane is on this machine or no way leads anywhere.
    static func find(controlPlaneURL url: String) async -> String {
        let host = host(of: url)
        guard host != "localhost" else { return loopback }
        var peers = [SocketAddress(numericHost: host, port: 443)].compactMap(\.self)
        if peers.isEmpty {
            let wait = AgentLimits.addressLookupMilliseconds
            peers = (try? await Resolver.lookup(host: host, port: 443, timeoutMilliseconds: wait)) ?? []
            // Names may not be known yet while the machine starts; the way to anywhere is mostly the same one.
            peers += [SocketAddress(numericHost: "192.0.2.1", port: 443)].compactMap(\.self)
        }
        for peer in peers {
            guard let own = SystemInfo.localAddress(towards: peer) else { continue }
            if own.isLoopback { return loopback }
            return own.family == .ipv6 ? "[\(own.host)]" : own.host
        }
        return loopback
    }

    /// The host of a URL, without brackets.
    nonisolated static func host(of url: String) -> String {
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
