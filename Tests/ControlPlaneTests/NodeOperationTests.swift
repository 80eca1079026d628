import EventLoop
import JSON
import Model
import TestKit
import Testing

@testable import ControlPlane

@Suite(.onLoop) struct NodeOperationTests {
    @Test @LoopActor func aCordonedNodeSaysSoAndOpensAgain() async throws {
        try await TestPlane.with { plane in
            _ = try await plane.readyNode(#"{"name":"edge-1"}"#)
            let cordoned = try await plane.send("POST", "/api/v1/nodes/edge-1/cordon")
            #expect(cordoned.status == 200)
            let progress: DrainProgress = try cordoned.decode()
            #expect(progress.availability == .cordoned)
            #expect(try await plane.declare(BarrierTests.web).unplacedReplicas == 1)
            #expect(try await plane.send("POST", "/api/v1/nodes/edge-1/uncordon").status == 200)
            let detail: NodeDetail = try await plane.send("GET", "/api/v1/nodes/edge-1").decode()
            #expect(detail.summary.availability == .open)
        }
    }

    @Test @LoopActor func aDrainTellsWhatIsLeftAndIsRepeatable() async throws {
        try await TestPlane.with { plane in
            let node = try await plane.readyNode(#"{"name":"edge-1"}"#)
            _ = try await plane.declare(BarrierTests.web)
            try await plane.reportRunning(node)
            for method in ["POST", "POST", "GET"] {
                let response = try await plane.send(method, "/api/v1/nodes/edge-1/drain")
                let progress: DrainProgress = try response.decode()
                #expect(!progress.done)
                #expect(progress.availability == .draining)
                #expect(progress.remaining.map(\.deployment) == ["web"])
            }
            let rehearsed = try await plane.send("POST", "/api/v1/nodes/edge-1/uncordon?dry_run=true")
            #expect(rehearsed.status == 200)
            let detail: NodeDetail = try await plane.send("GET", "/api/v1/nodes/edge-1").decode()
            #expect(detail.summary.availability == .draining)
        }
    }

    @Test @LoopActor func aPatchMergesLabelsAndName() async throws {
        try await TestPlane.with { plane in
            _ = try await plane.readyNode(#"{"name":"edge-1","labels":{"own":"1"}}"#)
            let first = try await plane.send(
                "PATCH", "/api/v1/nodes/edge-1", json: #"{"labels":{"zone":"a","rack":"7"}}"#)
            #expect(first.status == 200, "\(first.text)")
            let second = try await plane.send(
                "PATCH", "/api/v1/nodes/edge-1", json: #"{"name":"edge-2","labels":{"rack":null}}"#)
            let detail: NodeDetail = try second.decode()
            #expect(detail.summary.name == "edge-2")
            #expect(detail.summary.labels == ["own": "1", "zone": "a"])
        }
    }

    @Test @LoopActor func aFaultyPatchIsRefusedWithEveryFault() async throws {
        try await TestPlane.with { plane in
            _ = try await plane.readyNode(#"{"name":"edge-1"}"#)
            let response = try await plane.send(
                "PATCH", "/api/v1/nodes/edge-1", json: #"{"name":"Not","labels":{"a":1},"colour":"red"}"#)
            #expect(response.status == 422)
            #expect(Set(response.fields) == ["name", "labels.a", "colour"])
            #expect(try await plane.send("POST", "/api/v1/nodes/nobody/cordon").status == 404)
        }
    }

    @Test @LoopActor func anAgentAheadOfTheDatabaseWaitsForAConfirmation() async throws {
        try await TestPlane.with { plane in
            let node = try await plane.readyNode(#"{"name":"edge-1"}"#)
            _ = try await plane.declare(BarrierTests.web)
            let (document, _) = try await plane.document(node)
            let ahead = NodeReport.Applied(epoch: document.epoch, revision: document.revision + 7)
            _ = try await plane.report(node, NodeReport(applied: ahead))
            let refused = try await plane.send("GET", "\(node.path)/desired-state?wait=5", token: node.token)
            #expect(refused.status == 409)
            #expect(refused.code == "unconfirmed_history")
            let status: ClusterStatus = try await plane.send("GET", "/api/v1/cluster").decode()
            #expect(status.historyLost)
            #expect(status.predecessors == [document.epoch])
            #expect(status.nodes.map { $0.change?.starts } == [1])
            let unknown = try await plane.send(
                "POST", "/api/v1/cluster/confirm", json: #"{"epoch":"x","nodes":["nobody"],"more":1}"#)
            #expect(Set(unknown.fields) == ["epoch", "nodes[0]", "more"])
            let confirmed = try await plane.send(
                "POST", "/api/v1/cluster/confirm", json: #"{"epoch":"\#(document.epoch)","nodes":["edge-1"]}"#
            )
            #expect(confirmed.status == 200, "\(confirmed.text)")
            let (next, _) = try await plane.document(node)
            #expect(next.accepts == [document.epoch])
            #expect(next.epoch == status.epoch)
        }
    }

    @Test @LoopActor func theBrakeCanBeReleasedAnyTime() async throws {
        try await TestPlane.with { plane in
            let response = try await plane.send("POST", "/api/v1/reachability/resume")
            let status: ClusterStatus = try response.decode()
            #expect(response.status == 200)
            #expect(!status.brake.engaged)
        }
    }

    @Test @LoopActor func aDeletedNodeHearsWhatBecomesOfItsContainers() async throws {
        try await TestPlane.with { plane in
            let node = try await plane.readyNode(#"{"name":"edge-1"}"#)
            _ = try await plane.declare(BarrierTests.web)
            let query = "?force=true&containers=remove"
            #expect(try await plane.send("DELETE", "/api/v1/nodes/edge-1\(query)").status == 204)
            let gone = try await plane.report(node)
            #expect(gone.status == 410)
            #expect(gone.text.contains(#""containers":"remove""#))
        }
    }
}
