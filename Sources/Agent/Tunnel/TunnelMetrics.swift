internal import EventLoop
internal import Telemetry
internal import Tunnel

/// The tunnel's figures.
@LoopActor
final class TunnelMetrics {
    private let isUp: Gauge
    private let attempts: Counter
    private let handshakes: Counter
    private let streams: Counter
    private let bytes: Counter
    private let trips: Histogram

    init(_ registry: MetricRegistry) {
        isUp = registry.gauge("node_agent_tunnel_up", help: "Whether the tunnel is open.")
        attempts = registry.counter(
            "node_agent_tunnel_connect_total", help: "Attempts to open the tunnel by result.",
            labels: ["result"])
        handshakes = registry.counter(
            "node_agent_tunnel_handshakes_total", help: "TLS sessions of tunnels that were opened, by kind.",
            labels: ["kind"])
        streams = registry.counter(
            "node_agent_tunnel_requests_total", help: "Requests through the tunnel by kind and result.",
            labels: ["kind", "result"])
        bytes = registry.counter(
            "node_agent_tunnel_bytes_total", help: "Bytes of tunnels that have ended.", labels: ["direction"])
        trips = registry.histogram(
            "node_agent_tunnel_rtt_seconds", help: "Time from a ping through the tunnel to its answer.")
        isUp.set(0)
        for result in ["success", "failed"] { _ = attempts.with([result]) }
        for kind in ["full", "resumed"] { _ = handshakes.with([kind]) }
    }

    func began(_ connection: TunnelConnection) {
        isUp.set(1)
        attempts.increment(["success"])
    }

    func secured(isResumed: Bool) { handshakes.increment([isResumed ? "resumed" : "full"]) }

    func ended(_ connection: TunnelConnection) {
        isUp.set(0)
        bytes.increment(["received"], by: Double(connection.receivedBytes))
        bytes.increment(["sent"], by: Double(connection.sentBytes))
    }

    func failed() { attempts.increment(["failed"]) }

    func served(_ kind: String, _ result: String) { streams.increment([kind, result]) }

    func roundTrip(nanoseconds: UInt64) { trips.observe(Double(nanoseconds) / 1e9) }
}
