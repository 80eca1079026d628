import EventLoop
import Telemetry

/// What the tunnels of all nodes do.
@LoopActor
final class TunnelFigures {
    private let open: Gauge
    private let streams: Gauge
    private let waiting: Gauge
    private let refusedStreams: Counter
    private let trips: Histogram
    private let opened: Counter
    private let refused: Counter
    private let pushes: Counter
    private let reports: Counter
    private let pings: Counter
    private let bytes: Counter
    private var lastRefusedStreams: UInt64 = 0
    private var last = TunnelCounters()
    private var lastBytes: (received: UInt64, sent: UInt64) = (0, 0)

    init(_ registry: MetricRegistry) {
        open = registry.gauge("control_plane_tunnels", help: "Tunnels of nodes that can be used.")
        streams = registry.gauge("control_plane_tunnel_streams", help: "Streams in all tunnels.")
        waiting = registry.gauge(
            "control_plane_tunnel_buffered_bytes", help: "Bytes that wait in all tunnels.")
        refusedStreams = registry.counter(
            "control_plane_tunnel_streams_refused_total",
            help: "Streams to nodes that were refused because a bound was reached.")
        trips = registry.histogram(
            "control_plane_tunnel_rtt_seconds",
            help: "Round trip of a tunnel's connection as the kernel measures it, at each report.")
        opened = registry.counter("control_plane_tunnel_opened_total", help: "Tunnels that were opened.")
        refused = registry.counter("control_plane_tunnel_refused_total", help: "Tunnels that were refused.")
        pushes = registry.counter(
            "control_plane_pushes_total", help: "Documents pushed to nodes, by result.", labels: ["result"])
        reports = registry.counter(
            "control_plane_tunnel_reports_total", help: "Reports that came through a tunnel.")
        pings = registry.counter(
            "control_plane_tunnel_pings_total",
            help: "Pings through tunnels, each of which stands for a report that would say nothing new.")
        bytes = registry.counter(
            "control_plane_tunnel_bytes_total", help: "Bytes of all tunnels.", labels: ["direction"])
        for result in ["applied", "failed"] { _ = pushes.with([result]) }
    }

    func roundTrip(nanoseconds: UInt64) { trips.observe(Double(nanoseconds) / 1e9) }

    func collect(_ hub: TunnelHub) {
        let now = hub.counters
        waiting.set(Double(hub.bufferedBytes))
        let refusals = hub.refusedStreams
        refusedStreams.increment(by: Double(refusals - lastRefusedStreams))
        lastRefusedStreams = refusals
        open.set(Double(hub.readyCount))
        streams.set(Double(hub.streamCount))
        opened.increment(by: Double(now.opened - last.opened))
        refused.increment(by: Double(now.refused - last.refused))
        pushes.increment(["applied"], by: Double(now.pushed - last.pushed))
        pushes.increment(["failed"], by: Double(now.pushesRefused - last.pushesRefused))
        reports.increment(by: Double(now.reports - last.reports))
        pings.increment(by: Double(now.pings - last.pings))
        last = now
        let total = hub.bytes
        bytes.increment(["received"], by: Double(total.received - lastBytes.received))
        bytes.increment(["sent"], by: Double(total.sent - lastBytes.sent))
        lastBytes = total
    }
}
