import EventLoop
import Telemetry
import Tunnel

/// What the tunnels of all nodes do.
@LoopActor
final class TunnelFigures {
    private let open: Gauge
    private let sessions: Gauge
    private let connects: Counter
    private let disconnects: Counter
    private let heartbeats: Counter
    private let forwards: (count: Counter, seconds: Histogram)
    private let relayed: (count: Counter, seconds: Histogram)
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
        sessions = registry.gauge(
            "control_plane_tunnel_sessions", help: "Tunnels of nodes, also those whose agent has not greeted."
        )
        connects = registry.counter(
            "control_plane_tunnel_connect_total", help: "Tunnels that agents asked for, by result.",
            labels: ["result"])
        disconnects = registry.counter(
            "control_plane_tunnel_disconnect_total", help: "Tunnels that ended, by reason.",
            labels: ["reason"])
        heartbeats = registry.counter(
            "control_plane_tunnel_heartbeat_total", help: "Reports and pings through tunnels, by result.",
            labels: ["result"])
        forwards = Self.passage(
            registry, "control_plane_tunnel_forward", "what operators had carried through a tunnel")
        relayed = Self.passage(registry, "control_plane_relay_request", "relayed requests")
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
        for result in Self.connectResults { _ = connects.with([result]) }
        for result in ["ok", "refused"] { _ = heartbeats.with([result]) }
    }

    private static let connectResults = [
        "accepted", "unauthorized", "stale_session", "duplicate_identity", "too_many_tunnels",
    ]

    private static func passage(
        _ registry: MetricRegistry, _ name: String, _ what: String
    ) -> (count: Counter, seconds: Histogram) {
        let plural = name.hasSuffix("request") ? "\(name)s" : name
        let count = registry.counter("\(plural)_total", help: "How many: \(what).", labels: ["result"])
        for result in ["ok", "error"] { _ = count.with([result]) }
        let seconds = registry.histogram(
            "\(name)_duration_seconds", help: "Until the answer began: \(what).")
        return (count, seconds)
    }

    /// Hears of what goes through tunnels from now on.
    func watch(_ hub: TunnelHub) {
        hub.forwards.onEnd = { [forwards] in Self.add($0, $1, to: forwards) }
        hub.relay.onEnd = { [relayed] in Self.add($0, $1, to: relayed) }
    }

    private static func add(
        _ isOK: Bool, _ nanoseconds: UInt64, to passage: (count: Counter, seconds: Histogram)
    ) {
        passage.count.increment([isOK ? "ok" : "error"])
        passage.seconds.observe(Double(nanoseconds) / 1e9)
    }

    /// An agent asked for a tunnel with a credential that was refused.
    func unauthorized() { connects.increment(["unauthorized"]) }

    func roundTrip(nanoseconds: UInt64) { trips.observe(Double(nanoseconds) / 1e9) }

    func collect(_ hub: TunnelHub) {
        let now = hub.counters
        waiting.set(Double(hub.bufferedBytes))
        let refusals = hub.refusedStreams
        refusedStreams.increment(by: Double(refusals - lastRefusedStreams))
        lastRefusedStreams = refusals
        open.set(Double(hub.readyCount))
        sessions.set(Double(hub.count))
        connects.increment(["accepted"], by: Double(now.opened - last.opened))
        for (word, count) in now.refusals {
            connects.increment([word], by: Double(count - (last.refusals[word] ?? 0)))
        }
        for (reason, count) in now.ended {
            disconnects.increment([reason.rawValue], by: Double(count - (last.ended[reason] ?? 0)))
        }
        let heard = (now.reports + now.pings) - (last.reports + last.pings)
        heartbeats.increment(["ok"], by: Double(heard))
        heartbeats.increment(["refused"], by: Double(now.reportsRefused - last.reportsRefused))
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
