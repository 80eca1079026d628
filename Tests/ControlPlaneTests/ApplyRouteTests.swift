import EventLoop
import JSON
import Model
import TestKit
import Testing

@testable import ControlPlane

@Suite(.onLoop) struct ApplyRouteTests {
    private static let path = "/api/v1/apply"
    private static let pruning = "/api/v1/apply?prune=true&label=app=shop"

    private static func document(replicas: Int = 1, level: String = "info", secret: String = "hunter2")
        -> String
    {
        """
        {"items":[
        {"kind":"deployment","name":"web","image":"ghcr.io/team/web:1","replicas":\(replicas),"labels":{"app":"shop"},
         "ports":[{"container_port":80}]},
        {"kind":"config","name":"settings","labels":{"app":"shop"},
         "entries":[{"key":"LOG_LEVEL","value":"\(level)"},{"key":"PASSWORD","secret_value":"\(secret)"}],
         "attached_deployments":["web"]},
        {"kind":"registry_credential","host":"ghcr.io","username":"robot","password":"\(secret)-too"},
        {"kind":"ingress_route","host":"shop.example.com","deployment":"web","container_port":80}]}
        """
    }

    /// Runs a body with a control plane that can seal.
    @LoopActor
    private static func with(_ body: @LoopActor (TestPlane) async throws -> Void) async throws {
        let folder = try TemporaryFolder()
        try FileIO.writeDurably(folder.path("key"), Array(String(repeating: "ab", count: 32).utf8))
        try await TestPlane.with(["FLEDX_CP_SECRETS_KEY_FILE": folder.path("key")], body)
    }

    @Test @LoopActor func aDocumentIsMadeComparedAndMadeAgain() async throws {
        try await Self.with { plane in
            let tried = try await plane.send("POST", "\(Self.path)?dry_run=true", json: Self.document())
            let plan: ApplyResult = try tried.decode()
            #expect(plan.dryRun && plan.created == 4, "\(tried.text)")
            #expect(plan.items.allSatisfy { $0.id == nil })
            #expect(plan.items[0].unplacedReplicas == 1)
            #expect(try await plane.send("GET", "/api/v1/deployments/web").status == 404)
            let made: ApplyResult = try await plane.send("POST", Self.path, json: Self.document()).decode()
            #expect(made.items.map(\.action) == [.created, .created, .created, .created])
            #expect(made.items.map(\.name) == ["web", "settings", "ghcr.io", "shop.example.com/"])
            let again: ApplyResult = try await plane.send("POST", Self.path, json: Self.document()).decode()
            #expect(again.unchanged == 4)
            let response = try await plane.send(
                "POST", Self.path, json: Self.document(replicas: 3, level: "debug", secret: "hunter3"))
            let changed: ApplyResult = try response.decode()
            #expect(changed.changed == 3 && changed.unchanged == 1)
            #expect(changed.items[0].changes == [AppliedChange(field: "replicas", from: 1, to: 3)])
            #expect(
                changed.items[1].changes == [
                    AppliedChange(field: "entries[LOG_LEVEL].value", from: "info", to: "debug"),
                    AppliedChange(
                        field: "entries[PASSWORD].secret_value", from: "<sealed>", to: "<sealed anew>"),
                ])
            #expect(changed.items[2].changes.map(\.field) == ["password"])
            let audit = try await plane.send("GET", "/api/v1/audit")
            #expect(audit.text.contains("cluster.apply"))
            for text in [response.text, audit.text] { #expect(!text.contains("hunter")) }
        }
    }

    @Test @LoopActor func everyFaultOfEveryItemIsToldAndNothingIsDone() async throws {
        try await TestPlane.with { plane in
            let faulty = try await plane.send(
                "POST", Self.path,
                json: """
                    {"items":[{"kind":"deployment","name":"Web","image":"nginx:1","replicas":-1},
                    {"kind":"config","name":"a","entries":[{"key":"A"}],"colour":1},{"kind":"pod"},{"name":"x"},
                    {"kind":"registry_credential","password":"p"},{"kind":"ingress_route","host":"-"}, 7]}
                    """)
            #expect(faulty.status == 422)
            #expect(
                Set(faulty.fields) == [
                    "items[0].name", "items[0].replicas", "items[1].entries[0]", "items[1].colour",
                    "items[2].kind", "items[3].kind", "items[4].host", "items[4].username", "items[5].host",
                    "items[5].deployment", "items[5].container_port", "items[6]",
                ], "\(faulty.text)")
            let late = try await plane.send(
                "POST", Self.path,
                json: """
                    {"items":[{"kind":"deployment","name":"web","image":"nginx:1"},
                    {"kind":"config","name":"a","attached_deployments":["nobody"]},
                    {"kind":"ingress_route","deployment":"web","container_port":80}]}
                    """)
            #expect(late.status == 422)
            #expect(late.fields == ["items[1].attached_deployments[0]", "items[2].container_port"])
            #expect(try await plane.send("GET", "/api/v1/deployments/web").status == 404)
            let twice = try await plane.send(
                "POST", Self.path,
                json: #"{"items":[{"kind":"config","name":"a"},{"kind":"config","name":"a"}]}"#)
            #expect(twice.fields == ["items[1]"])
            #expect(try await plane.send("POST", Self.path, json: #"{"items":[]}"#).fields == ["items"])
            let sealed =
                #"{"items":[{"kind":"config","name":"a","entries":[{"key":"A","secret_value":"s"}]}]}"#
            #expect(try await plane.send("POST", Self.path, json: sealed).fields == ["items[0]"])
        }
    }

    @Test @LoopActor func whatBearsTheLabelsAndIsNotInTheDocumentGoes() async throws {
        try await Self.with { plane in
            #expect(try await plane.send("POST", Self.path, json: Self.document()).status == 200)
            _ = try await plane.declare(#"{"name":"other","image":"nginx:1","labels":{"app":"blog"}}"#)
            let next =
                #"{"items":[{"kind":"deployment","name":"api","image":"nginx:1","labels":{"app":"shop"}}]}"#
            let plan: ApplyResult = try await plane.send(
                "POST", "\(Self.pruning)&dry_run=true", json: next
            ).decode()
            #expect(plan.pruned == 3)
            #expect(try await plane.send("GET", "/api/v1/deployments/web").status == 200)
            let done: ApplyResult = try await plane.send("POST", Self.pruning, json: next).decode()
            #expect(done.items.map(\.action) == [.created, .pruned, .pruned, .pruned])
            #expect(done.items.dropFirst().map(\.name) == ["shop.example.com/", "web", "settings"])
            #expect(try await plane.send("GET", "/api/v1/deployments/web").status == 404)
            #expect(try await plane.send("GET", "/api/v1/configs/settings").status == 404)
            #expect(try await plane.send("GET", "/api/v1/deployments/other").status == 200)
            #expect(try await plane.send("GET", "/api/v1/registry-credentials/ghcr.io").status == 200)
            let unmarked = #"{"items":[{"kind":"deployment","name":"api","image":"nginx:1"}]}"#
            let refused = try await plane.send("POST", Self.pruning, json: unmarked)
            #expect(refused.fields == ["items[0].labels"])
            #expect(try await plane.send("POST", "\(Self.path)?prune=true", json: next).status == 400)
            #expect(try await plane.send("POST", "\(Self.path)?label=a=b", json: next).status == 400)
        }
    }

    @Test @LoopActor func eachKindNeedsItsScopeAndValuesNeedTheRightToRead() async throws {
        try await Self.with { plane in
            #expect(try await plane.send("POST", Self.path, json: Self.document()).status == 200)
            func token(_ scopes: String) async throws -> String {
                let response = try await plane.send(
                    "POST", "/api/v1/operator-tokens", json: #"{"name":"t","scopes":[\#(scopes)]}"#)
                let token = try #require(try response.json()["token"]?.stringValue, "\(response.text)")
                return token
            }
            let writer = try await token(#""deployment.write""#)
            let refused = try await plane.send("POST", Self.path, token: writer, json: Self.document())
            #expect(refused.status == 403)
            #expect(try refused.json()["missing_scope"]?.stringValue == "config.write")
            let only = #"""
                {"items":[{"kind":"deployment","name":"web","image":"ghcr.io/team/web:2","labels":{"app":"shop"},
                "ports":[{"container_port":80}]}]}
                """#
            let done = try await plane.send("POST", Self.path, token: writer, json: only)
            let result: ApplyResult = try done.decode()
            #expect(result.items[0].changes == [AppliedChange(field: "image", from: nil, to: nil)])
            let pruning = try await plane.send("POST", Self.pruning, token: writer, json: only)
            #expect(pruning.status == 403, "a config would go")
        }
    }

    @Test @LoopActor func aRepetitionUnderItsKeyIsAnsweredAsTheFirst() async throws {
        try await Self.with { plane in
            let key = [("idempotency-key", "apply-1")]
            let first = try await plane.send("POST", Self.path, json: Self.document(), headers: key)
            let second = try await plane.send("POST", Self.path, json: Self.document(), headers: key)
            #expect(first.status == 200 && first.text == second.text)
            #expect(second.headers["idempotency-replayed"] == "true")
        }
    }
}
