import EventLoop
import JSON
import Model
import TestKit
import Testing

/// What containers use, from the engine's counters to the operator's table.
@Suite(.onLoop, .serialized) struct UsageTests {
    @Test @LoopActor func whatABusyContainerUsesIsSeen() async throws {
        guard let docker = try await PrivateDocker.shared() else { return }
        let image = try await docker.image()
        let programs = try Programs(dockerHost: docker.host)
        defer { programs.end() }
        try await programs.startControlPlane()
        try programs.startAgent(["FLEDX_AGENT_RESOURCE_SAMPLE_INTERVAL_SECS": "1"])
        let script = "httpd -f -p 80 -h /www & while :; do for i in 1 2 3 4 5; do :; done; done"
        let body =
            #"{"name":"busy","image":"\#(image)","command":["sh","-c","\#(script)"],"#
            + #""entrypoint":[],"ports":[{"container_port":80}],"resources":{"cpu_millis":500}}"#
        #expect(try await programs.call(.post, "/api/v1/deployments", body).0 == 201)
        try await programs.awaitRunning("busy", replicas: 1)
        let detail = try await programs.call(.get, "/api/v1/deployments/busy").1
        let port = try #require(detail["instances"]?[0]?["ports"]?[0]?["host_port"]?.intValue)

        var newest: JSONNode = .null
        try await programs.eventually("figures of processor, memory and network arrive") {
            _ = await programs.page(port: port)
            let metrics = try await programs.call(.get, "/api/v1/deployments/busy/metrics").1
            newest = metrics["replicas"]?[0]?["metrics"]?.arrayValue?.last ?? .null
            let received = (metrics["replicas"]?[0]?["metrics"]?.arrayValue ?? []).reduce(Int64(0)) {
                $0 + ($1["network_rx_bytes"]?.intValue ?? 0)
            }
            return newest["cpu_percent"]?.doubleValue ?? 0 > 5 && received > 0
        }
        #expect(newest["cpu_percent"]?.doubleValue ?? 0 < 100, "half a core is its limit: \(newest)")
        let memory = newest["memory_bytes"]?.intValue ?? 0
        #expect(memory > 50_000 && memory < 100_000_000, "\(newest)")

        let table = try await programs.fledx(["metrics", "query", "--node", "agent"])
        #expect(table.code == 0 && table.output.contains("busy") && table.output.contains("%"), "\(table)")
        try await programs.eventually("minutes are counted") {
            let usage = try await programs.fledx(["usage", "get", "--deployment", "busy"])
            return usage.code == 0 && usage.output.contains("SAMPLES") && usage.output.contains("%")
        }
        #expect(try await programs.call(.delete, "/api/v1/deployments/busy").0 == 204)
        try await programs.eventually("no container is left") {
            try await Containers.of("busy", on: docker).all.isEmpty
        }
    }
}
