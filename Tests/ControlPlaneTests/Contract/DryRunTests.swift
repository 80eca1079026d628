import EventLoop
import Foundation
import JSON
import Model
import TestKit
import Testing

@testable import ControlPlane

/// `?dry_run=true` says what would be done, or why not, and changes nothing.
@Suite(.onLoop) struct DryRunTests {
    @Test @LoopActor func everyMutationTakesItOrSaysWhyNot() async throws {
        try await TestPlane.with { plane in
            _ = try await plane.readyNode(#"{"name":"web"}"#)
            _ = try await plane.declare(BarrierTests.web)
            let before = try await plane.state()
            for operation in plane.operations
            where operation.isMutation && operation.isRepeatable {
                let path = operation.pathParameters.reduce(operation.pattern) { path, name in
                    path.replacingOccurrences(of: "{\(name)}", with: "web")
                }
                let token =
                    operation.id == "registerNode" ? TestPlane.registrationToken : TestPlane.operatorToken
                let body = operation.body.map { String(decoding: $0.example.encoded(), as: UTF8.self) }
                let response = try await plane.send(
                    operation.method.name, "\(path)?dry_run=true", token: token, json: body)
                #expect(response.status < 500, "\(operation.id): \(response.text)")
                #expect(response.status != 400, "\(operation.id): \(response.text)")
                #expect(try await plane.state() == before, "\(operation.id) changed something")
            }
        }
    }

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

extension TestPlane {
    /// Everything an operator sees of what is declared.
    fileprivate func state() async throws -> [String] {
        var texts: [String] = []
        for path in ["/api/v1/deployments/web", "/api/v1/nodes/web"] {
            texts.append(try await send("GET", path).headers["etag"] ?? "")
        }
        for path in ["/api/v1/deployments", "/api/v1/nodes", "/api/v1/deployments/web/revisions"] {
            texts.append("\(try await send("GET", path).json()["items"]?.arrayValue?.count ?? -1)")
        }
        return texts
    }
}
