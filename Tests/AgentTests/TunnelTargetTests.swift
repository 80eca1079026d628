import Model
import Testing

@testable import Agent

/// Where an agent tries to open its tunnel.
@Suite struct TunnelTargetTests {
    private func targets(
        _ url: String, _ change: [String: String] = [:], advertised: String? = nil, tls: Bool = true
    ) throws -> [String] {
        var environment = ["FLEDX_AGENT_CONTROL_PLANE_URL": url, "FLEDX_AGENT_REGISTRATION_TOKEN": "t"]
        environment.merge(change) { $1 }
        let endpoint = advertised.map {
            TunnelEndpoint(
                host: $0, port: 7443, useTLS: tls, connectTimeoutSecs: 10, heartbeatIntervalSecs: 30,
                heartbeatTimeoutSecs: 90, tokenHeader: "x-fledx-tunnel-token")
        }
        return TunnelTarget.list(
            try AgentConfiguration(environment).tunnel, advertised: endpoint, controlPlaneURL: url
        ).map(\.url)
    }

    @Test func theAdvertisedPlaceComesFirstAndTheAPIsOwnTakesTunnelsToo() throws {
        #expect(try targets("https://cp.example") == ["https://cp.example:443"])
        #expect(
            try targets("https://cp.example:8443", advertised: "tunnel.example")
                == ["https://tunnel.example:7443", "https://cp.example:8443"])
    }

    @Test(arguments: ["127.0.0.1", "localhost", "::1"])
    func anAdvertisedLoopbackIsTheControlPlanesOwn(host: String) throws {
        #expect(
            try targets("https://cp.example", advertised: host)
                == ["https://cp.example:7443", "https://cp.example:443"])
        let here = host == "::1" ? "[::1]" : host
        #expect(
            try targets("https://127.0.0.1:9", advertised: host)
                == ["https://\(here):7443", "https://127.0.0.1:9"])
    }

    @Test func settingsOverruleWhatIsAdvertised() throws {
        let settings = [
            "FLEDX_AGENT_TUNNEL_ENDPOINT_HOST": "2001:db8::7", "FLEDX_AGENT_TUNNEL_ENDPOINT_PORT": "99",
        ]
        #expect(
            try targets("https://cp.example", settings, advertised: "tunnel.example")
                == ["https://[2001:db8::7]:99"])
        let port = ["FLEDX_AGENT_TUNNEL_ENDPOINT_PORT": "99"]
        #expect(
            try targets("https://cp.example", port, advertised: "tunnel.example")
                == ["https://cp.example:99"])
    }

    @Test func withoutTLSATokenGoesOverLoopbackOnly() throws {
        #expect(
            try targets("http://127.0.0.1:8080", advertised: "127.0.0.1", tls: false)
                == ["http://127.0.0.1:7443", "http://127.0.0.1:8080"])
        #expect(
            try targets("https://cp.example", advertised: "tunnel.example", tls: false)
                == ["https://cp.example:443"])
        let plain = ["FLEDX_AGENT_TUNNEL_USE_TLS": "false"]
        #expect(
            try targets("https://cp.example", plain, advertised: "tunnel.example")
                == ["https://cp.example:443"])
        let allowed = plain.merging(["FLEDX_AGENT_ALLOW_INSECURE_HTTP": "true"]) { $1 }
        #expect(
            try targets("https://cp.example", allowed, advertised: "tunnel.example")
                == ["http://tunnel.example:7443", "https://cp.example:443"])
    }
}
