import EventLoop
import JSON
import Model
import TestKit
import Testing

@testable import ControlPlane

@Suite(.onLoop) struct NodeRouteTests {
    private static let id = "550e8400-e29b-41d4-a716-446655440000"

    @Test @LoopActor func aRegistrationAnswersIdentityTokenAndTunnel() async throws {
        try await TestPlane.with(["FLEDX_CP_TUNNEL_ADVERTISED_HOST": "cp.example"]) { plane in
            let response = try await plane.send(
                "POST", "/api/v1/nodes/register", token: TestPlane.registrationToken,
                json: #"{"node_id":"\#(Self.id)","name":"edge-1","unknown_key":1}"#)
            #expect(response.status == 201)
            #expect(response.headers["location"] == "/api/v1/nodes/\(Self.id)")
            let answer: RegistrationResponse = try response.decode()
            #expect(answer.nodeID.description == Self.id)
            #expect(answer.nodeToken.utf8.count == 48)
            #expect(answer.tunnel.host == "cp.example")
        }
    }

    @Test @LoopActor func bodiesEndTheirLineAndErrorsKeepTheirOrder() async throws {
        try await TestPlane.with { plane in
            for target in ["/api/v1/nodes", "/api/v1/nodes/nobody", "/nowhere"] {
                let text = try await plane.send("GET", target).text
                #expect(text.utf8.last == 0x0A, "\(target)")
            }
            for target in ["/api/v1/nodes/nobody", "/nowhere"] {
                let text = try await plane.send("GET", target).text
                let places = ["error", "code", "request_id", "details"].map {
                    text.firstRange(of: "\"\($0)\":")?.lowerBound ?? text.startIndex
                }
                #expect(places == places.sorted(), "\(text)")
            }
        }
    }

    @Test @LoopActor func repeatingAnUnusedRegistrationReissuesTheToken() async throws {
        try await TestPlane.with { plane in
            let first = try await plane.register(#"{"node_id":"\#(Self.id)"}"#)
            let second = try await plane.register(#"{"node_id":"\#(Self.id)"}"#)
            #expect(first.id == second.id)
            #expect(try await plane.report(first).status == 401)
            #expect(try await plane.report(second).status == 200)
            let third = try await plane.send(
                "POST", "/api/v1/nodes/register", token: TestPlane.registrationToken,
                json: #"{"node_id":"\#(Self.id)"}"#)
            #expect(third.status == 409)
            #expect(third.code == "already_done")
            #expect(try third.json()["node_id"]?.stringValue == Self.id)
        }
    }

    @Test @LoopActor func anIdempotencyKeyNamesTheNodeWhenTheBodyDoesNot() async throws {
        try await TestPlane.with { plane in
            let first = try await plane.register(headers: [("idempotency-key", "k1")])
            let again = try await plane.register(headers: [("idempotency-key", "k1")])
            let other = try await plane.register(headers: [("idempotency-key", "k2")])
            #expect(first.id == again.id)
            #expect(first.id != other.id)
        }
    }

    @Test @LoopActor func everyFaultOfARegistrationIsTold() async throws {
        try await TestPlane.with { plane in
            let response = try await plane.send(
                "POST", "/api/v1/nodes/register", token: TestPlane.registrationToken,
                json: #"{"node_id":"x","name":"Not A Name","labels":{"a":1},"public_ip":"nowhere"}"#)
            #expect(response.status == 422)
            #expect(Set(response.fields) == ["node_id", "name", "labels.a", "public_ip"])
        }
    }

    @Test @LoopActor func namesAreUniqueAmongLiveNodes() async throws {
        try await TestPlane.with { plane in
            _ = try await plane.register(#"{"name":"edge-1"}"#)
            let taken = try await plane.send(
                "POST", "/api/v1/nodes/register", token: TestPlane.registrationToken,
                json: #"{"name":"edge-1"}"#)
            #expect(taken.status == 409)
            #expect(taken.code == "name_taken")
            #expect(try await plane.send("DELETE", "/api/v1/nodes/edge-1").status == 204)
            _ = try await plane.register(#"{"name":"edge-1"}"#)
        }
    }

    @Test @LoopActor func listsFilterAndPage() async throws {
        try await TestPlane.with { plane in
            for number in 1...3 {
                _ = try await plane.register(#"{"name":"n\#(number)","labels":{"zone":"z\#(number % 2)"}}"#)
            }
            _ = try await plane.readyNode(#"{"name":"n4"}"#)
            #expect(try await plane.nodeNames("") == ["n1", "n2", "n3", "n4"])
            #expect(try await plane.nodeNames("?limit=2&offset=1") == ["n2", "n3"])
            #expect(try await plane.nodeNames("?status=ready") == ["n4"])
            #expect(try await plane.nodeNames("?name=n2") == ["n2"])
            #expect(try await plane.nodeNames("?label=zone=z1") == ["n1", "n3"])
            let page: Page<NodeSummary> = try await plane.send("GET", "/api/v1/nodes?limit=1").decode()
            #expect(page.total == 4)
        }
    }

    @Test @LoopActor func aFaultyQueryIsRefusedWithEveryFault() async throws {
        try await TestPlane.with { plane in
            let response = try await plane.send(
                "GET", "/api/v1/nodes?limit=0&offset=-1&status=nice&colour=red&label=x")
            #expect(response.status == 400)
            #expect(Set(response.fields) == ["limit", "offset", "status", "colour", "label"])
            #expect(try await plane.send("GET", "/api/v1/nodes?name=%zz").status == 400)
        }
    }

    @Test @LoopActor func aNodeIsFoundByIDAndByName() async throws {
        try await TestPlane.with { plane in
            let node = try await plane.readyNode(#"{"name":"edge-1","arch":"arm64"}"#)
            for reference in ["edge-1", "\(node.id)"] {
                let detail: NodeDetail = try await plane.send("GET", "/api/v1/nodes/\(reference)").decode()
                #expect(detail.summary.nodeID == node.id)
                #expect(detail.summary.arch == "arm64")
                #expect(detail.summary.status == .ready)
            }
            #expect(try await plane.send("GET", "/api/v1/nodes/edge-2").status == 404)
        }
    }

    @Test @LoopActor func aNodeWithReplicasIsDeletedByForceOnly() async throws {
        try await TestPlane.with { plane in
            _ = try await plane.readyNode(#"{"name":"edge-1"}"#)
            _ = try await plane.declare(BarrierTests.web)
            let refused = try await plane.send("DELETE", "/api/v1/nodes/edge-1")
            #expect(refused.status == 409)
            #expect(refused.code == "holds_replicas")
            #expect(try await plane.send("DELETE", "/api/v1/nodes/edge-1?force=true").status == 204)
            #expect(try await plane.deployment("web").unplacedReplicas == 1)
        }
    }
}

extension TestPlane {
    fileprivate func nodeNames(_ query: String) async throws -> [String?] {
        let response = try await send("GET", "/api/v1/nodes\(query)")
        try #require(response.status == 200, "\(response.text)")
        let page: Page<NodeSummary> = try response.decode()
        return page.items.map(\.name)
    }
}
