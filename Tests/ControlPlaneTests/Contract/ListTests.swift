import EventLoop
import JSON
import Model
import TestKit
import Testing

@testable import ControlPlane

/// Cursors: every item once, whatever comes and goes.
@Suite(.onLoop) struct ListTests {
    @Test @LoopActor func aCursorGoesThroughEverything() async throws {
        try await TestPlane.with { plane in
            for number in 0..<7 { _ = try await plane.declare(#"{"name":"d\#(number)","image":"x"}"#) }
            let whole: Page<DeploymentSummary> = try await plane.send("GET", "/api/v1/deployments").decode()
            #expect(whole.offset == 0)
            #expect(whole.nextCursor == nil)
            var names: [String] = []
            var query = "?limit=3"
            var pages = 0
            while true {
                let page: Page<DeploymentSummary> = try await plane.send(
                    "GET", "/api/v1/deployments\(query)"
                ).decode()
                names += page.items.map(\.name)
                pages += 1
                #expect(page.total == 7)
                guard let next = page.nextCursor else { break }
                query = "?limit=3&cursor=\(next)"
            }
            #expect(pages == 3)
            #expect(names == whole.items.map(\.name))
        }
    }

    @Test @LoopActor func aCursorSurvivesWhatComesAndGoes() async throws {
        try await TestPlane.with { plane in
            for number in 0..<6 { _ = try await plane.register(#"{"name":"n\#(number)"}"#) }
            let first: Page<NodeSummary> = try await plane.send("GET", "/api/v1/nodes?limit=3").decode()
            let cursor = try #require(first.nextCursor)
            // The item the cursor stands at, one before it and one behind it go; another one comes.
            for name in ["n0", "n2", "n4"] {
                #expect(try await plane.send("DELETE", "/api/v1/nodes/\(name)").status == 204)
            }
            _ = try await plane.register(#"{"name":"n6"}"#)
            let second: Page<NodeSummary> = try await plane.send(
                "GET", "/api/v1/nodes?limit=10&cursor=\(cursor)"
            ).decode()
            #expect(second.items.map(\.name) == ["n3", "n5", "n6"])
            #expect(second.offset == nil)
            #expect(second.total == 4)
        }
    }

    @Test @LoopActor func aCursorOfAnotherListAndGarbageAreRefused() async throws {
        try await TestPlane.with { plane in
            for number in 0..<2 { _ = try await plane.register(#"{"name":"n\#(number)"}"#) }
            let page: Page<NodeSummary> = try await plane.send("GET", "/api/v1/nodes?limit=1").decode()
            let cursor = try #require(page.nextCursor)
            for query in [
                "cursor=garbage", "cursor=", "cursor=%F0%9F%92%A9", "cursor=bm9kZXMueC55",
                "cursor=\(String(repeating: "a", count: 400))",
            ] {
                let response = try await plane.send("GET", "/api/v1/nodes?\(query)")
                #expect(response.status == 400, "\(query)")
                #expect(response.fields == ["cursor"])
            }
            #expect(try await plane.send("GET", "/api/v1/deployments?cursor=\(cursor)").status == 400)
            let both = try await plane.send("GET", "/api/v1/nodes?cursor=\(cursor)&offset=1")
            #expect(both.status == 400)
            #expect(both.fields == ["cursor"])
        }
    }

    /// The greatest number that the document allows is taken, and the next one is not.
    @Test @LoopActor func numbersOfQueriesHaveTheBoundsThatAreDocumented() async throws {
        let settings = ["FLEDX_CP_LIMITS_METRICS_SUMMARY_LIMIT": "1000"]
        try await TestPlane.with(settings) { plane in
            let node = try await plane.readyNode(#"{"name":"n0"}"#)
            _ = try await plane.declare(BarrierTests.web)
            var tried = 0
            for route in plane.plane.responder.routes where route.method == .get && route.access.isOperators {
                let operation = try #require(OpenAPIDocument.operation(.get, route.pattern))
                let isOfNodes = route.pattern.hasPrefix("/api/v1/nodes")
                let path = route.pattern.replacingID(with: isOfNodes ? "\(node.id)" : "web")
                for parameter in operation.query {
                    guard let most = parameter.schema.node["maximum"]?.intValue, most < .max else {
                        continue
                    }
                    tried += 1
                    let allowed = try await plane.send("GET", "\(path)?\(parameter.name)=\(most)")
                    #expect(!allowed.fields.contains(parameter.name), "\(path) \(parameter.name)=\(most)")
                    let beyond = try await plane.send("GET", "\(path)?\(parameter.name)=\(most + 1)")
                    #expect(beyond.fields.contains(parameter.name), "\(path) \(parameter.name)=\(most + 1)")
                }
            }
            #expect(tried > 20)
        }
    }

    @Test(arguments: [
        ("limit=0", 400), ("limit=1001", 400), ("limit=1000", 200), ("limit=x", 400), ("offset=-1", 400),
    ])
    @LoopActor func pagesHaveBounds(query: String, status: Int) async throws {
        try await TestPlane.with { plane in
            let response = try await plane.send("GET", "/api/v1/nodes?\(query)")
            #expect(response.status == status)
        }
    }
}

extension String {
    /// A route's pattern with a name in the place of its `{id}`.
    fileprivate func replacingID(with name: String) -> String {
        split(separator: "/" as Character, omittingEmptySubsequences: false)
            .map { $0 == "{id}" ? name : String($0) }.joined(separator: "/")
    }
}
