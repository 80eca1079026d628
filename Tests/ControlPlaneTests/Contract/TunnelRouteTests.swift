import EventLoop
import Model
import TestKit
import Testing

@testable import ControlPlane

/// What needs a tunnel is checked in full, then answered 503 while there is none.
@Suite(.onLoop) struct TunnelRouteTests {
    @Test @LoopActor func whatIsRightMeetsTheMissingTunnel() async throws {
        try await TestPlane.with { plane in
            let node = try await plane.readyNode(#"{"name":"edge-1"}"#)
            _ = try await plane.declare(BarrierTests.web)
            for (method, path, body) in [
                ("GET", "/api/v1/deployments/web/logs?tail=10&follow=true&since=2026-01-01T00:00:00Z", nil),
                ("POST", "/api/v1/deployments/web/exec", #"{"command":["date"],"replica":0}"#),
                ("GET", "/api/v1/deployments/web/port-forward?port=80", nil),
                ("GET", "/relay/edge-1/web/80/index.html", nil), ("PUT", "/relay/\(node.id)/web/80/x/y", nil),
                ("DELETE", "/relay/edge-1/-/metrics", nil),
            ] as [(String, String, String?)] {
                let response = try await plane.send(method, path, json: body)
                #expect(response.status == 503, "\(path): \(response.text)")
                #expect(response.code == "tunnel_unavailable")
                #expect(response.headers["retry-after"] != nil)
            }
        }
    }

    @Test(
        arguments: [
            ("GET", "/api/v1/deployments/none/logs", nil, 404),
            ("GET", "/api/v1/deployments/web/logs?tail=x", nil, 400),
            ("GET", "/api/v1/deployments/web/logs?since=yesterday", nil, 400),
            ("GET", "/api/v1/deployments/web/logs?replica=7", nil, 404),
            ("POST", "/api/v1/deployments/web/exec", "{}", 422),
            ("POST", "/api/v1/deployments/web/exec", #"{"command":["a"],"shell":true}"#, 422),
            ("GET", "/api/v1/deployments/web/port-forward", nil, 400),
            ("GET", "/api/v1/deployments/web/port-forward?port=0", nil, 400),
            ("GET", "/relay/none/web/80/", nil, 404), ("GET", "/relay/edge-1/none/80/", nil, 404),
            ("GET", "/relay/edge-1/web/http/", nil, 400),
        ] as [(String, String, String?, Int)])
    @LoopActor func whatIsWrongIsToldFirst(method: String, path: String, body: String?, status: Int)
        async throws
    {
        try await TestPlane.with { plane in
            _ = try await plane.readyNode(#"{"name":"edge-1"}"#)
            _ = try await plane.declare(BarrierTests.web)
            let response = try await plane.send(method, path, json: body)
            #expect(response.status == status, "\(response.text)")
        }
    }

    @Test @LoopActor func nothingOfItIsPlannedOrRepeated() async throws {
        try await TestPlane.with { plane in
            _ = try await plane.readyNode(#"{"name":"edge-1"}"#)
            _ = try await plane.declare(BarrierTests.web)
            let path = "/api/v1/deployments/web/exec"
            let body = #"{"command":["date"]}"#
            let keyed = try await plane.send("POST", path, json: body, headers: [("idempotency-key", "k")])
            #expect(keyed.code == "not_supported")
            let dry = try await plane.send("POST", "\(path)?dry_run=true", json: body)
            #expect(dry.code == "not_supported")
            let relayed = try await plane.send(
                "POST", "/relay/edge-1/-/x", headers: [("idempotency-key", "k")])
            #expect(relayed.code == "not_supported")
        }
    }
}
