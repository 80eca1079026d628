import EventLoop
import Model
import TestKit
import Testing

@testable import ControlPlane

/// An agent asks for its configs apart from its document.
@Suite(.onLoop) struct NodeConfigsTests {
    @Test @LoopActor func theConfigsOfTheDocumentAreAnsweredUnderItsTag() async throws {
        try await TestPlane.with { plane in
            let node = try await plane.readyNode(#"{"name":"edge-1"}"#)
            let other = try await plane.readyNode(#"{"name":"edge-2"}"#)
            let abilities = AgentCapability.allCases.map(\.rawValue).sorted()
            for one in [node, other] {
                #expect(try await plane.report(one, NodeReport(capabilities: abilities)).status == 200)
            }
            for name in ["app", "unused"] {
                let made = try await plane.send(
                    "POST", "/api/v1/configs",
                    json: #"{"name":"\#(name)","entries":[{"key":"A","value":"1"}]}"#)
                #expect(made.status == 201)
            }
            for name in ["edge-1", "edge-2"] {
                #expect(try await plane.send("POST", "/api/v1/configs/app/nodes/\(name)").status == 201)
            }
            _ = try await plane.declare(#"{"name":"web","image":"nginx:1","replicas":1}"#)
            let isFirst = try await plane.document(node).0.deployments.count == 1
            let (mine, empty) = isFirst ? (node, other) : (other, node)
            let (document, tag) = try await plane.document(mine)
            let answer = try await plane.send("GET", "\(mine.path)/configs", token: mine.token)
            #expect(answer.status == 200)
            #expect(answer.headers["etag"] == tag)
            let configs: NodeConfigs = try answer.decode()
            #expect(configs.configs.map(\.metadata.name) == ["app"])
            #expect(document.configs.map(\.name) == ["app"])
            let app = try #require(configs.configs.first)
            #expect(app.attachedNodes == [mine.id])
            #expect(app.attachedDeployments == nil)
            #expect(app.entries.map(\.key) == ["A"])

            let none: NodeConfigs = try await plane.send(
                "GET", "\(empty.path)/configs", token: empty.token
            ).decode()
            #expect(none.configs.isEmpty)
            let again = try await plane.send(
                "GET", "\(mine.path)/configs", token: mine.token, headers: [("if-none-match", tag)])
            #expect(again.status == 304)
            #expect(try await plane.send("GET", "\(mine.path)/configs", token: empty.token).status == 401)
            #expect(
                try await plane.send("GET", "\(mine.path)/configs?wait=1", token: mine.token).status == 400)
        }
    }
}
