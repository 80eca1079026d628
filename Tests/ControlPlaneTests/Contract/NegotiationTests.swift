import EventLoop
import Foundation
import JSON
import Model
import TestKit
import Testing

@testable import ControlPlane

/// HEAD, gzip, `Accept`, and queries nobody knows.
@Suite(.onLoop) struct NegotiationTests {
    @Test(arguments: [
        "/health", "/livez", "/readyz", "/metrics", "/openapi.json", "/api/v1/deployments", "/api/v1/nodes",
        "/api/v1/deployments/web", "/api/v1/cluster",
    ])
    @LoopActor func headSaysWhatGetSaysWithoutABody(path: String) async throws {
        try await TestPlane.with { plane in
            _ = try await plane.declare(BarrierTests.web)
            let get = try await plane.send("GET", path)
            let head = try await plane.send("HEAD", path)
            #expect(head.status == get.status)
            #expect(head.body.isEmpty)
            for name in ["content-type", "etag", "vary"] { #expect(head.headers[name] == get.headers[name]) }
            if path != "/metrics", path != "/health" {
                #expect(head.headers["content-length"] == get.headers["content-length"])
            }
        }
    }

    @Test @LoopActor func longAnswersArePackedWhenAsked() async throws {
        try await TestPlane.with { plane in
            let plain = try await plane.send("GET", "/openapi.json")
            #expect(plain.headers["content-encoding"] == nil)
            #expect(plain.headers["vary"] == "accept-encoding")
            for wish in ["gzip", "br, GZIP;q=0.5", "*"] {
                let packed = try await plane.send(
                    "GET", "/openapi.json", headers: [("accept-encoding", wish)])
                #expect(packed.headers["content-encoding"] == "gzip")
                #expect(packed.body.count * 5 < plain.body.count)
                #expect(try Self.unpacked(packed.body) == plain.body)
            }
            for wish in ["identity", "gzip;q=0", "br", "*;q=0", "gzip;q=0.0, *"] {
                let sent = try await plane.send(
                    "GET", "/openapi.json", headers: [("accept-encoding", wish)])
                #expect(sent.headers["content-encoding"] == nil, "\(wish)")
            }
            let short = try await plane.send("GET", "/livez", headers: [("accept-encoding", "gzip")])
            #expect(short.headers["content-encoding"] == nil)
            #expect(short.headers["vary"] == nil)
        }
    }

    @Test @LoopActor func whatAcceptDoesNotTakeIsNotSent() async throws {
        try await TestPlane.with { plane in
            for wish in ["text/html", "application/xml, text/*", "application/json;q=0, */*"] {
                let response = try await plane.send("GET", "/api/v1/nodes", headers: [("accept", wish)])
                #expect(response.status == 406, "\(wish)")
                #expect(response.code == "not_acceptable")
            }
            for wish in ["application/json", "text/html, */*;q=0.1", "application/*", "*/*"] {
                #expect(
                    try await plane.send("GET", "/api/v1/nodes", headers: [("accept", wish)]).status == 200)
            }
            // What was done is told in any case.
            let created = try await plane.send(
                "POST", "/api/v1/deployments", json: BarrierTests.web, headers: [("accept", "text/html")])
            #expect(created.status == 201)
        }
    }

    @Test @LoopActor func everyOperationRefusesAQueryItDoesNotKnow() async throws {
        try await TestPlane.with { plane in
            let node = try await plane.readyNode(#"{"name":"web"}"#)
            _ = try await plane.declare(BarrierTests.web)
            for operation in plane.operations
            where operation.id != "reportHeartbeat" && !operation.id.hasPrefix("relay") {
                let isAgents = ["getDesiredState", "getNodeConfigs", "openTunnel"].contains(operation.id)
                let path = operation.pathParameters.reduce(operation.pattern) { path, name in
                    path.replacingOccurrences(of: "{\(name)}", with: isAgents ? "\(node.id)" : "web")
                }
                let token =
                    isAgents
                    ? node.token
                    : operation.id == "registerNode" ? TestPlane.registrationToken : TestPlane.operatorToken
                let response = try await plane.send(
                    operation.method.name, "\(path)?colour=red", token: token,
                    json: operation.body == nil ? nil : "{}",
                    headers: operation.id == "openTunnel"
                        ? [
                            ("x-fledx-node-id", "\(node.id)"),
                            ("x-fledx-tunnel-token", "Bearer \(node.token)"),
                        ] : [])
                #expect(response.status == 400, "\(operation.id): \(response.text)")
                #expect(response.fields.contains("colour"), "\(operation.id): \(response.text)")
            }
        }
    }

    private static func unpacked(_ bytes: [UInt8]) throws -> [UInt8] {
        let folder = try TemporaryFolder()
        let file = folder.path("body.gz")
        try Data(bytes).write(to: URL(fileURLWithPath: file))
        let result = try Child.run("/bin/gzip", ["-dc", file])
        #expect(result.code == 0, "\(result.errors)")
        return Array(result.output.utf8)
    }
}
