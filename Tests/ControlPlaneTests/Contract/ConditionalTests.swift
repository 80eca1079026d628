import EventLoop
import JSON
import Model
import TestKit
import Testing

@testable import ControlPlane

/// `ETag` and `If-Match`: a change made from an older look does not overwrite a newer one.
@Suite(.onLoop) struct ConditionalTests {
    @Test @LoopActor func scalingAndRenamingChangeTheTagButNotTheGeneration() async throws {
        try await TestPlane.with { plane in
            _ = try await plane.declare(BarrierTests.web)
            let path = "/api/v1/deployments/web"
            let first = try #require(try await plane.send("GET", path).headers["etag"])
            let scaled = try await plane.send(
                "PATCH", path, json: #"{"replicas":3}"#, headers: [("if-match", first)])
            #expect(scaled.status == 200)
            let second = try #require(scaled.headers["etag"])
            #expect(second != first)
            #expect(try scaled.decode(DeploymentDetail.self).generation == 1)
            let lost = try await plane.send(
                "PATCH", path, json: #"{"replicas":5}"#, headers: [("if-match", first)])
            #expect(lost.status == 412)
            #expect(lost.code == "stale_declaration")
            #expect(lost.headers["etag"] == second)
            let renamed = try await plane.send(
                "PATCH", path, json: #"{"name":"site"}"#, headers: [("if-match", second)])
            #expect(renamed.headers["etag"] != second)
            #expect(
                try await plane.send("PATCH", "/api/v1/deployments/site", json: "{}").headers["etag"]
                    == renamed.headers["etag"])
            #expect(try await plane.deployment("site").spec.replicas == 3)
        }
    }

    @Test @LoopActor func restartsAndRollbacksChangeTheTag() async throws {
        try await TestPlane.with { plane in
            _ = try await plane.declare(BarrierTests.web)
            let path = "/api/v1/deployments/web"
            var tags: Set<String> = []
            tags.insert(try #require(try await plane.send("GET", path).headers["etag"]))
            tags.insert(try #require(try await plane.send("POST", "\(path)/restart").headers["etag"]))
            let back = try await plane.send(
                "POST", "\(path)/rollback", json: #"{"revision":1}"#, headers: [("if-match", "\"9\"")])
            #expect(back.status == 412)
            let done = try await plane.send("POST", "\(path)/rollback", json: #"{"revision":1}"#)
            #expect(done.status == 200, "\(done.text)")
            tags.insert(try #require(done.headers["etag"]))
            #expect(tags.count == 3)
        }
    }

    @Test @LoopActor func nodesHaveATagOfWhatOperatorsDeclared() async throws {
        try await TestPlane.with { plane in
            let node = try await plane.readyNode(#"{"name":"edge-1"}"#)
            let path = "/api/v1/nodes/edge-1"
            let first = try #require(try await plane.send("GET", path).headers["etag"])
            _ = try await plane.report(node)
            #expect(try await plane.send("GET", path).headers["etag"] == first)
            let labelled = try await plane.send(
                "PATCH", path, json: #"{"labels":{"zone":"a"}}"#, headers: [("if-match", first)])
            #expect(labelled.status == 200)
            let second = try #require(labelled.headers["etag"])
            let lost = try await plane.send(
                "PATCH", path, json: #"{"labels":{"zone":"b"}}"#, headers: [("if-match", first)])
            #expect(lost.status == 412)
            #expect(lost.headers["etag"] == second)
            _ = try await plane.send("POST", "\(path)/cordon")
            let third = try #require(try await plane.send("GET", path).headers["etag"])
            #expect(third != second)
            #expect(try await plane.send("DELETE", path, headers: [("if-match", second)]).status == 412)
            #expect(try await plane.send("DELETE", path, headers: [("if-match", third)]).status == 204)
        }
    }

    @Test @LoopActor func tagsOutliveARestart() async throws {
        let folder = try TemporaryFolder()
        let first = try await TestPlane.start(in: folder)
        _ = try await first.declare(BarrierTests.web)
        let patched = try await first.send("PATCH", "/api/v1/deployments/web", json: #"{"replicas":2}"#)
        try await first.stop()
        let second = try await TestPlane.start(in: folder)
        let after = try await second.send("GET", "/api/v1/deployments/web")
        #expect(after.headers["etag"] == patched.headers["etag"])
        #expect(after.headers["etag"] == "\"2\"")
        try await second.stop()
    }
}
