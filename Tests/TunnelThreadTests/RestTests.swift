import EventLoop
import JSON
import Model
import TestKit
import Testing

@testable import Agent
@testable import ControlPlane

/// What goes over the link of a node at which nothing happens.
@Suite(.onLoop, .serialized) struct RestTests {
    @Test @LoopActor func aNodeAtRestPingsInsteadOfReporting() async throws {
        let plane = [
            "FLEDX_CP_TUNNEL_HEARTBEAT_INTERVAL_SECS": "1", "FLEDX_CP_TUNNEL_HEARTBEAT_TIMEOUT_SECS": "5",
        ]
        try await TunnelThread.run(plane: plane) { thread in
            var start = thread.plane.tunnels.counters
            // Whoever opens a port on this machine meanwhile gives the agent something to report.
            try await thread.eventually("three pings in a row without a report") {
                let now = thread.plane.tunnels.counters
                if now.reports != start.reports { start = now }
                return now.pings >= start.pings + 3
            }
            let node = try await thread.json(.get, "/api/v1/nodes/edge")
            #expect(node["status"]?.stringValue == "ready", "\(node.encoded())")
            let seen = node["last_seen"]?.stringValue
            try await thread.eventually("it is heard again") {
                try await thread.json(.get, "/api/v1/nodes/edge")["last_seen"]?.stringValue != seen
            }
            let reports = thread.plane.tunnels.counters.reports
            try await thread.declare("web", script: "sleep 1000")
            #expect(thread.plane.tunnels.counters.reports > reports, "news are told at once")
        }
    }

    /// The tunnel's pings say whether the peer is there; probes of the kernel would be most of what goes over the link.
    @Test(arguments: [false, true]) @LoopActor func theKernelProbesNoTunnel(usesTLS: Bool) async throws {
        try await TunnelThread.run(tls: usesTLS) { thread in
            // Every other client has libcurl's own probes.
            try await thread.eventually("one connection is left alone") {
                try KernelConnections.count(.none, port: thread.plane.port, isServer: false) == 1
            }
        }
    }

    @Test @LoopActor func anUnchangedNodeReportsNothingAfterAReconnect() async throws {
        let plane = [
            "FLEDX_CP_TUNNEL_HEARTBEAT_INTERVAL_SECS": "1", "FLEDX_CP_TUNNEL_HEARTBEAT_TIMEOUT_SECS": "5",
        ]
        try await TunnelThread.run(plane: plane) { thread in
            try await thread.declare("web", script: "sleep 1000")
            // Whoever opens a port on this machine meanwhile gives the agent something to report.
            try await thread.eventually("a session without a report") {
                let opened = thread.plane.tunnels.counters.opened
                thread.plane.tunnels.closeAll("on purpose")
                try await thread.eventually("the tunnel is up again") {
                    thread.plane.tunnels.counters.opened > opened && thread.plane.tunnels.readyCount == 1
                }
                let start = thread.plane.tunnels.counters
                try await thread.eventually("it is heard") {
                    thread.plane.tunnels.counters.pings >= start.pings + 3
                        || thread.plane.tunnels.counters.reports > start.reports
                }
                return thread.plane.tunnels.counters.reports == start.reports
            }
            let node = try await thread.json(.get, "/api/v1/nodes/edge")
            #expect(node["status"]?.stringValue == "ready", "\(node.encoded())")
            #expect(
                try await thread.json(.get, "/api/v1/deployments/web")["replicas_ready"]?.intValue == 1)
            // What is new is told in the session that began without a report.
            let reports = thread.plane.tunnels.counters.reports
            #expect(
                try await thread.send(.patch, "/api/v1/deployments/web", json: #"{"replicas":0}"#).status
                    == 200)
            try await thread.eventually("the news are told") {
                thread.plane.tunnels.counters.reports > reports
            }
        }
    }

    /// The control plane asks for a ping each half minute; three of those are not within a test's patience.
    @Test @LoopActor func aNodeMayPingMoreOftenThanItIsAsked() async throws {
        try await TunnelThread.run(agent: ["FLEDX_AGENT_TUNNEL_HEARTBEAT_INTERVAL_SECS": "1"]) { thread in
            let start = thread.plane.tunnels.counters.pings
            try await thread.eventually("three pings") { thread.plane.tunnels.counters.pings >= start + 3 }
        }
    }

    @Test @LoopActor func aTunnelWhosePingsNobodyAnswersIsOpenedAnewInTheNodesOwnTime() async throws {
        try await TunnelThread.run { thread in
            await thread.stopAgent()
            let relay = try Relay(to: thread.plane.port)
            defer { relay.close() }
            try thread.startAgent([
                "FLEDX_AGENT_TUNNEL_ENDPOINT_HOST": "127.0.0.1",
                "FLEDX_AGENT_TUNNEL_ENDPOINT_PORT": "\(relay.port)",
                "FLEDX_AGENT_TUNNEL_HEARTBEAT_INTERVAL_SECS": "1",
                "FLEDX_AGENT_TUNNEL_HEARTBEAT_TIMEOUT_SECS": "2",
            ])
            try await thread.eventually("its tunnel is up") {
                relay.taken == 1 && thread.plane.tunnels.readyCount == 1
            }
            relay.isMute = true
            try await thread.eventually("another one is tried") { relay.taken == 2 }
            relay.isMute = false
            try await thread.eventually("and works in the end") {
                relay.taken > 1 && thread.plane.tunnels.readyCount == 1
            }
        }
    }

    @Test @LoopActor func aTunnelIsOpenedOverIPv6() async throws {
        let probe = try Listener.tcp(host: "::1", port: 0) { $0.close() }
        let port = "\(probe.port)"
        probe.close()
        try await TunnelThread.run(
            plane: ["FLEDX_CP_TUNNEL_LISTEN_HOST": "::1", "FLEDX_CP_TUNNEL_LISTEN_PORT": port],
            agent: [
                "FLEDX_AGENT_TUNNEL_ENDPOINT_HOST": "::1", "FLEDX_AGENT_TUNNEL_ENDPOINT_PORT": port,
            ]
        ) { thread in
            let node = try await thread.json(.get, "/api/v1/nodes/edge")
            let peer = node["tunnel"]?["peer"]?.stringValue ?? ""
            #expect(peer.hasPrefix("[::1]:") || peer.hasPrefix("::1"), "\(node.encoded())")
        }
    }

    @Test @LoopActor func aMeteredLinkIsUsedEveryEightMinutes() async throws {
        try await TunnelThread.run(agent: ["FLEDX_AGENT_LINK_PROFILE": "metered"]) { thread in
            let id = try #require(
                NodeID(try await thread.json(.get, "/api/v1/nodes/edge")["node_id"]?.stringValue ?? ""))
            try await thread.eventually("the control plane knows") {
                thread.plane.tunnels.tunnel(to: id)?.silenceMilliseconds == 1_440_000
            }
        }
    }
}
