import EventLoop
import JSON
import Model
import TestKit
import Testing

@testable import ControlPlane

@Suite(.onLoop) struct DeploymentRouteTests {
    @Test @LoopActor func aDeclarationIsPlacedAndShown() async throws {
        try await TestPlane.with { plane in
            let node = try await plane.readyNode(#"{"name":"edge-1"}"#)
            let response = try await plane.send(
                "POST", "/api/v1/deployments",
                json: #"{"name":"web","image":"nginx:1","replicas":2,"ports":[{"container_port":80}]}"#)
            #expect(response.status == 201)
            #expect(response.headers["etag"] == "\"1\"")
            let created: DeploymentCreated = try response.decode()
            #expect(created.assignedNodeIDs == [node.id, node.id])
            #expect(response.headers["location"] == "/api/v1/deployments/\(created.deploymentID)")

            for reference in ["web", "\(created.deploymentID)"] {
                let detail = try await plane.deployment(reference)
                #expect(detail.deploymentID == created.deploymentID)
                #expect(detail.status == .deploying)
                #expect(detail.instances.map(\.replicaNumber) == [0, 1])
                #expect(detail.instances.allSatisfy { $0.nodeName == "edge-1" && $0.state == .pending })
                #expect(detail.instances.allSatisfy { $0.ports.first?.hostPort != nil })
            }
            try await plane.reportRunning(node)
            let running = try await plane.deployment("web")
            #expect(running.status == .running)
            #expect(running.replicasReady == 2)
            #expect(running.lastReported != nil)
        }
    }

    @Test @LoopActor func aDeclarationWithoutANodeWaitsAndSaysWhy() async throws {
        try await TestPlane.with { plane in
            let created = try await plane.declare(BarrierTests.web)
            #expect(created.unplacedReplicas == 1)
            #expect(created.unplacedReasons == ["no node is registered"])
            let detail = try await plane.deployment("web")
            #expect(detail.status == .pending)
            #expect(detail.instances.map(\.reason) == ["no node is registered"])
            #expect(detail.instances.first?.nodeID == nil)

            let strict = try await plane.send(
                "POST", "/api/v1/deployments?require_placement=true", json: #"{"name":"two","image":"nginx"}"#
            )
            #expect(strict.status == 409)
            #expect(strict.code == "unplaceable")
            #expect(try await plane.names() == ["web"])

            _ = try await plane.readyNode()
            for _ in 0..<1_000 where try await plane.deployment("web").unplacedReplicas > 0 {}
            #expect(try await plane.deployment("web").unplacedReplicas == 0)
        }
    }

    @Test @LoopActor func everyFaultOfADeclarationIsTold() async throws {
        try await TestPlane.with { plane in
            let response = try await plane.send(
                "POST", "/api/v1/deployments",
                json: #"{"name":"Web!","replicas":"two","environment":{},"ports":[{"container_port":0}]}"#)
            #expect(response.status == 422)
            #expect(Set(["name", "image", "replicas", "environment"]).isSubset(of: response.fields))
            #expect(response.fields.contains { $0.hasPrefix("ports[0]") })
            #expect(try await plane.names() == [])
        }
    }

    @Test(arguments: [
        ("{", 400), (#"{"name":"a","name":"b","image":"x"}"#, 400), (#"{"name":"a","image":"x"} 1"#, 400),
        ("[]", 422), ("", 400),
    ])
    @LoopActor func bodiesThatCannotBeReadAreRefused(body: String, status: Int) async throws {
        try await TestPlane.with { plane in
            let response = try await plane.send("POST", "/api/v1/deployments", json: body)
            #expect(response.status == status, "\(response.text)")
            #expect(response.code != nil)
        }
    }

    @Test @LoopActor func aNameIsTakenUntilItsDeploymentIsDeleted() async throws {
        try await TestPlane.with { plane in
            _ = try await plane.declare(BarrierTests.web)
            let taken = try await plane.send("POST", "/api/v1/deployments", json: BarrierTests.web)
            #expect(taken.status == 409)
            #expect(taken.code == "name_taken")
            #expect(try await plane.send("DELETE", "/api/v1/deployments/web").status == 204)
            #expect(try await plane.send("DELETE", "/api/v1/deployments/web").status == 404)
            _ = try await plane.declare(BarrierTests.web)
        }
    }

    @Test @LoopActor func aMergePatchKeepsClearsAndReplaces() async throws {
        try await TestPlane.with { plane in
            _ = try await plane.declare(
                #"{"name":"web","image":"nginx:1","env":{"A":"1","B":"2"},"command":["run"]}"#)
            let patch = #"{"env":{"A":null,"C":"3"},"command":null,"image":"nginx:2"}"#
            let response = try await plane.send(
                "PATCH", "/api/v1/deployments/web", json: patch,
                headers: [("content-type", "application/merge-patch+json")])
            #expect(response.status == 200)
            #expect(response.headers["etag"] == "\"2\"")
            let detail: DeploymentDetail = try response.decode()
            #expect(detail.spec.container.env == ["B": "2", "C": "3"])
            #expect(detail.spec.container.command == nil)
            #expect(detail.spec.container.image == "nginx:2")

            let nothing = try await plane.send("PATCH", "/api/v1/deployments/web", json: "{}")
            #expect(nothing.status == 200)
            #expect(nothing.headers["etag"] == "\"2\"")
        }
    }

    @Test @LoopActor func patchesAreValidatedAndTyped() async throws {
        try await TestPlane.with { plane in
            _ = try await plane.declare(BarrierTests.web)
            let path = "/api/v1/deployments/web"
            let wrong = try await plane.send("PATCH", path, json: #"{"image":null,"replicas":-1}"#)
            #expect(wrong.status == 422)
            #expect(Set(wrong.fields) == ["image", "replicas"])
            #expect(try await plane.send("PATCH", path, json: "3").status == 422)
            let text = try await plane.send(
                "PATCH", path, json: "{}", headers: [("content-type", "text/plain")])
            #expect(text.status == 415)
            #expect(try await plane.send("PATCH", "/api/v1/deployments/other", json: "{}").status == 404)
        }
    }

    @Test @LoopActor func aStaleGenerationFailsThePrecondition() async throws {
        try await TestPlane.with { plane in
            _ = try await plane.declare(BarrierTests.web)
            let path = "/api/v1/deployments/web"
            let fresh = try await plane.send(
                "PATCH", path, json: #"{"image":"nginx:2"}"#, headers: [("if-match", "\"1\"")])
            #expect(fresh.status == 200)
            for tag in ["\"1\"", "W/\"2\""] {
                let stale = try await plane.send(
                    "PATCH", path, json: #"{"image":"nginx:3"}"#, headers: [("if-match", tag)])
                #expect(stale.status == 412)
                #expect(stale.headers["etag"] == "\"2\"")
            }
            #expect(try await plane.send("DELETE", path, headers: [("if-match", "\"1\"")]).status == 412)
            #expect(try await plane.send("DELETE", path, headers: [("if-match", "\"2\"")]).status == 204)
        }
    }

    @Test @LoopActor func aDryRunChangesNothing() async throws {
        try await TestPlane.with { plane in
            let node = try await plane.readyNode()
            let plan = try await plane.send(
                "POST", "/api/v1/deployments?dry_run=true", json: BarrierTests.web)
            #expect(plan.status == 200)
            let created: DeploymentCreated = try plan.decode()
            #expect(created.assignedNodeIDs == [node.id])
            #expect(try await plane.names() == [])
            _ = try await plane.declare(BarrierTests.web)
            let path = "/api/v1/deployments/web?dry_run=true"
            #expect(try await plane.send("PATCH", path, json: #"{"image":"nginx:2"}"#).status == 200)
            #expect(try await plane.send("DELETE", path).status == 204)
            #expect(try await plane.deployment("web").generation == 1)
        }
    }

    @Test @LoopActor func listsFilterAndPage() async throws {
        try await TestPlane.with { plane in
            let node = try await plane.readyNode(#"{"name":"edge-1"}"#)
            for number in 1...3 {
                _ = try await plane.declare(
                    #"{"name":"d\#(number)","image":"x","labels":{"tier":"t\#(number % 2)"}}"#)
            }
            _ = try await plane.declare(#"{"name":"none","image":"x","replicas":0}"#)
            #expect(try await plane.names("?limit=2&offset=1") == ["d2", "d3"])
            #expect(try await plane.names("?name=d3") == ["d3"])
            #expect(try await plane.names("?label=tier=t1") == ["d1", "d3"])
            #expect(try await plane.names("?status=deploying") == ["d1", "d2", "d3"])
            #expect(try await plane.names("?node=edge-1&limit=1") == ["d1"])
            #expect(try await plane.names("?node=\(node.id)") == ["d1", "d2", "d3"])
            #expect(try await plane.names("?node=nobody") == [])
        }
    }
}

extension TestPlane {
    fileprivate func names(_ query: String) async throws -> [String] {
        let page: Page<DeploymentSummary> = try await send("GET", "/api/v1/deployments\(query)").decode()
        return page.items.map(\.name)
    }
}
