import EventLoop
import JSON
import Model
import TestKit
import Testing

@testable import ControlPlane

/// `?dry_run=true` says what would be done, or why not, and changes nothing.
@Suite(.onLoop) struct DryRunTests {
    @Test @LoopActor func aDryRunShowsTheNodeAsItWouldBe() async throws {
        try await TestPlane.with { plane in
            _ = try await plane.readyNode(#"{"name":"edge-1"}"#)
            let path = "/api/v1/nodes/edge-1"
            let patched = try await plane.send(
                "PATCH", "\(path)?dry_run=true", json: #"{"labels":{"zone":"a"}}"#)
            #expect(try patched.decode(NodeDetail.self).summary.labels == ["zone": "a"])
            let cordoned = try await plane.send("POST", "\(path)/cordon?dry_run=true")
            #expect(try cordoned.decode(DrainProgress.self).availability == .cordoned)
            let node: NodeDetail = try await plane.send("GET", path).decode()
            #expect(node.summary.labels == [:])
            #expect(node.summary.availability == .open)
            #expect(try await plane.send("DELETE", "\(path)?dry_run=true").status == 204)
            #expect(try await plane.send("GET", path).status == 200)
        }
    }

    @Test @LoopActor func aRegistrationIsTriedWithoutMakingANode() async throws {
        try await TestPlane.with { plane in
            let path = "/api/v1/nodes/register?dry_run=true"
            let fine = try await plane.send(
                "POST", path, token: TestPlane.registrationToken, json: #"{"name":"edge-1"}"#)
            #expect(fine.status == 204)
            let wrong = try await plane.send(
                "POST", path, token: TestPlane.registrationToken, json: #"{"name":"Edge"}"#)
            #expect(wrong.status == 422)
            let page: Page<NodeSummary> = try await plane.send("GET", "/api/v1/nodes").decode()
            #expect(page.total == 0)
        }
    }
}
