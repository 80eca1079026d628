import EventLoop
import HTTPServer
import JSON
import Model
import TestKit
import Testing

@testable import ControlPlane

/// The API document says what is mounted, and nothing else.
@Suite(.onLoop) struct OpenAPITests {
    /// What is mounted under some settings only.
    private nonisolated static let notMountedHere: Set<String> = [
        "GET /ca.pem"
    ]

    @Test @LoopActor func theDocumentDescribesExactlyTheMountedRoutes() async throws {
        try await TestPlane.with { plane in
            let mounted = plane.plane.responder.mounted.map { "\($0.method?.name ?? "ANY") \($0.pattern)" }
            let described = OpenAPIDocument.operations.map { "\($0.method.name) \($0.pattern)" }
            #expect(Set(mounted).subtracting(described).sorted() == [], "mounted, not described")
            let missing = Set(described).subtracting(mounted).subtracting(Self.notMountedHere)
            #expect(missing.sorted() == [], "described, not mounted")
            #expect(Set(described).count == described.count)
            let document = try await plane.send("GET", "/openapi.json", token: nil).json()
            let paths = document["paths"]?.objectValue ?? []
            #expect(paths.reduce(0) { $0 + ($1.value.objectValue?.count ?? 0) } == mounted.count)
        }
    }

    @Test @LoopActor func everyOperationHasANameASummaryAndRefusals() async throws {
        try await TestPlane.with { plane in
            let document = try await plane.send("GET", "/openapi.json", token: nil).json()
            #expect(document["openapi"]?.stringValue == "3.1.0")
            var names: Set<String> = []
            for path in document["paths"]?.objectValue ?? [] {
                for (method, operation) in (path.value.objectValue ?? []).map({ ($0.key, $0.value) }) {
                    let name = operation["operationId"]?.stringValue ?? ""
                    #expect(names.insert(name).inserted, "\(method) \(path.key): '\(name)'")
                    #expect(operation["summary"]?.stringValue?.isEmpty == false)
                    #expect(operation["responses"]?["400"] != nil)
                    if operation["security"]?.arrayValue == [.object(["operator": .array([])])] {
                        #expect(operation["responses"]?["403"] != nil)
                        #expect(operation["x-required-scope"]?.stringValue?.isEmpty == false, "\(name)")
                    }
                }
            }
        }
    }

    @Test func everyExampleFitsItsSchemaAndEveryObjectIsClosed() {
        let document = OpenAPIDocument.node([])
        let check = SchemaCheck(document: document)
        for component in OpenAPIDocument.components {
            #expect(check.faults(component.schema.example, component.schema.node, at: component.name) == [])
        }
        for operation in OpenAPIDocument.operations {
            for schema in operation.replies.compactMap(\.schema) + [operation.body].compactMap({ $0 }) {
                #expect(check.faults(schema.example, schema.node, at: operation.id) == [])
            }
            for parameter in operation.query {
                #expect(
                    check.faults(parameter.schema.example, parameter.schema.node, at: parameter.name) == [])
            }
        }
        #expect(Set(OpenAPIDocument.components.map(\.name)).count == OpenAPIDocument.components.count)
    }

    @Test @LoopActor func theDocumentIsSentOnceToWhoKnowsIt() async throws {
        try await TestPlane.with { plane in
            let first = try await plane.send("GET", "/openapi.json", token: nil)
            let tag = try #require(first.headers["etag"])
            for value in [tag, "W/\(tag)", "\"other\", \(tag)", "*"] {
                let again = try await plane.send(
                    "GET", "/openapi.json", token: nil, headers: [("if-none-match", value)])
                #expect(again.status == 304)
                #expect(again.body.isEmpty)
            }
            let other = try await plane.send(
                "GET", "/openapi.json", token: nil, headers: [("if-none-match", "\"other\"")])
            #expect(other.status == 200)
        }
    }

    @Test @LoopActor func aDeclarationIsDescribedWithExactlyTheKeysThatAreRead() async throws {
        try await TestPlane.with { plane in
            let refused = try await plane.send(
                "POST", "/api/v1/deployments", json: #"{"name":"web","image":"x","colour":1}"#)
            let message = try refused.json()["details"]?.arrayValue?.first?["message"]?.stringValue ?? ""
            let known = try #require(message.split(separator: "known are: ").last).split(separator: ", ")
            let described = JSONSchema.declarationFields.map(\.name)
            #expect(known.map { String($0) } == described.sorted())
        }
    }

    @Test @LoopActor func everythingOfADeclarationIsShownAsDescribed() async throws {
        try await TestPlane.with { plane in
            _ = try await plane.declare(
                """
                {"name":"web","image":"x","secret_env":[{"name":"A","secret":"a"}],
                 "secret_files":[{"path":"/run/a","secret":"a"}],"read_only_rootfs":true,
                 "health":{"liveness":{"type":"http","port":80},"readiness":{"type":"exec","command":["true"]}},
                 "logging":{"max_files":2},"cap_add":["net_admin"],"cap_drop":["ALL"],
                 "devices":[{"host_path":"/dev/null"}],"tmpfs":[{"path":"/tmp","size_bytes":4096}],
                 "network":{"name":"back"},"extra_hosts":["db:192.0.2.9"],"tunnel_only":true,
                 "ports":[{"container_port":80,"publish":false}],"pull":{"credential":"hub"}}
                """)
            // The answer is held against the document by the client.
            #expect(try await plane.send("GET", "/api/v1/deployments/web").status == 200)
        }
    }

    @Test func theCheckOfResponsesCanFail() throws {
        let schema = JSONSchema.object([.must("name", .name), .may("count", .whole(0...9, 1))]).node
        let check = SchemaCheck(document: .null)
        let wrong: [JSONNode] = [
            .object([]), .object(["name": 3]), .object(["name": "A"]), .object(["name": "a", "count": 10]),
            .object(["name": "a", "more": true]), "text",
        ]
        for value in wrong { #expect(check.faults(value, schema).count == 1, "\(value)") }
        #expect(check.faults(.object(["name": "a", "count": 9]), schema) == [])
    }

    private static let wrong: [(String, String, Int, [String: String], String, String)] = [
        ("GET", "/livez", 200, ["content-type": "text/plain"], "ok\n", "x-request-id"),
        ("GET", "/livez", 202, ["x-request-id": "1"], "", "status"),
        ("GET", "/nowhere", 200, ["x-request-id": "1"], "", "status"),
        ("PUT", "/api/v1/nodes/a", 204, ["x-request-id": "1"], "", "status"),
        ("GET", "/api/v1/nodes", 200, ["x-request-id": "1", "content-type": "text/html"], "<a>", "type"),
        ("GET", "/api/v1/nodes?limit=1", 200, json, "{", "JSON"),
        ("GET", "/api/v1/nodes", 200, json, "{}", "missing"),
        ("GET", "/api/v1/nodes/a/tokens", 200, json, #"{"items":[],"limit":50,"total":0,"more":1}"#, "more"),
        ("DELETE", "/api/v1/nodes/a/tokens/b", 404, json, #"{"error":"no"}"#, "missing"),
        ("GET", "/relay/a/-/x", 418, json, #"{"request_id":"1"}"#, "status"),
        ("GET", "/relay/a/b/80/x/y", 502, json, #"{"request_id":"1"}"#, "missing"),
    ]

    @Test @LoopActor func theCheckOfAnswersCanFail() async throws {
        try await TestPlane.with { plane in
            let document = try await plane.send("GET", "/openapi.json", token: nil).json()
            let check = ContractCheck(document: document)
            for (method, target, status, headers, body, word) in Self.wrong {
                let answer = SeenAnswer(status: status, body: Array(body.utf8)) { headers[$0] }
                let faults = check.faults(method, target, answer)
                #expect(faults.first?.contains(word) == true, "\(method) \(target): \(faults)")
            }
        }
    }

    private static let json = ["x-request-id": "1", "content-type": "application/json"]
}
