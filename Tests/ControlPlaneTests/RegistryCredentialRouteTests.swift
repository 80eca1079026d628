import EventLoop
import JSON
import Model
import TestKit
import Testing

@testable import ControlPlane

@Suite(.onLoop) struct RegistryCredentialRouteTests {
    private static let path = "/api/v1/registry-credentials"
    private static let login = #"{"host":"GHCR.io","username":"robot","password":"hunter2-in-clear"}"#
    private static let abilities = Set(AgentCapability.allCases.map(\.rawValue))

    /// Runs a body with a control plane that can seal.
    @LoopActor
    private static func with(_ body: @LoopActor (TestPlane) async throws -> Void) async throws {
        let folder = try TemporaryFolder()
        try FileIO.writeDurably(folder.path("key"), Array(String(repeating: "ab", count: 32).utf8))
        try await TestPlane.with(["FLEDX_CP_SECRETS_KEY_FILE": folder.path("key")], body)
    }

    @Test @LoopActor func aLoginIsDeclaredShownWithoutItsPasswordChangedAndDeleted() async throws {
        try await Self.with { plane in
            let created = try await plane.send("POST", Self.path, json: Self.login)
            #expect(created.status == 201, "\(created.text)")
            let view: RegistryCredentialView = try created.decode()
            #expect(view.name == "ghcr.io" && view.host == "ghcr.io" && view.username == "robot")
            #expect(created.headers["location"] == "\(Self.path)/\(view.credentialID)")
            #expect(created.headers["etag"] == "\"1\"")
            let same = try await plane.send("PUT", "\(Self.path)/ghcr.io", json: Self.login)
            #expect(same.headers["etag"] == "\"1\"", "the same again is no change")
            let changed = try await plane.send(
                "PUT", "\(Self.path)/ghcr.io", json: #"{"password":"another","name":"main"}"#,
                headers: [("if-match", "\"1\"")])
            #expect(changed.status == 200, "\(changed.text)")
            #expect(changed.headers["etag"] == "\"2\"")
            let page = try await plane.send("GET", "\(Self.path)?host=ghcr.io&name=main")
            let list: Page<RegistryCredentialView> = try page.decode()
            #expect(list.items.map(\.username) == ["robot"])
            let audit = try await plane.send("GET", "/api/v1/audit")
            #expect(audit.text.contains("registry_credential.create"))
            for response in [created, same, changed, page, audit] {
                #expect(!response.text.contains("hunter2") && !response.text.contains("another"))
            }
            let stale = try await plane.send(
                "DELETE", "\(Self.path)/main", headers: [("if-match", "\"1\"")])
            #expect(stale.status == 412)
            #expect(try await plane.send("DELETE", "\(Self.path)/main?dry_run=true").status == 204)
            #expect(try await plane.send("DELETE", "\(Self.path)/\(view.credentialID)").status == 204)
            #expect(try await plane.send("GET", "\(Self.path)/main").status == 404)
        }
    }

    @Test @LoopActor func everyFaultIsToldByItsField() async throws {
        try await Self.with { plane in
            let response = try await plane.send(
                "POST", Self.path,
                json: #"{"name":"a/b","host":"https://x","username":"a:b","password":"","colour":1}"#)
            #expect(response.status == 422)
            #expect(Set(response.fields) == ["name", "host", "username", "password", "colour"])
            let empty = try await plane.send("POST", Self.path, json: "{}")
            #expect(Set(empty.fields) == ["host", "username", "password"])
            #expect(try await plane.send("POST", "\(Self.path)?dry_run=true", json: Self.login).status == 204)
            #expect(try await plane.send("POST", Self.path, json: Self.login).status == 201)
            let twice = try await plane.send("POST", Self.path, json: Self.login)
            #expect(twice.status == 409)
            #expect(twice.code == "name_taken")
        }
    }

    @Test @LoopActor func withoutAKeyNothingIsKept() async throws {
        try await TestPlane.with { plane in
            let refused = try await plane.send("POST", Self.path, json: Self.login)
            #expect(refused.status == 422)
            #expect(refused.code == "no_secrets_key")
        }
    }

    @Test @LoopActor func aNodeIsToldTheLoginsOfItsImagesAndNoOther() async throws {
        try await Self.with { plane in
            let node = try await plane.readyNode()
            let report = NodeReport(capabilities: Self.abilities.sorted())
            #expect(try await plane.report(node, report).status == 200)
            _ = try await plane.declare(#"{"name":"app","image":"ghcr.io/team/app:1"}"#)
            #expect(try await plane.document(node).0.secrets == nil)
            #expect(try await plane.send("POST", Self.path, json: Self.login).status == 201)
            let other = #"{"host":"registry.example:5000","username":"u","password":"p"}"#
            #expect(try await plane.send("POST", Self.path, json: other).status == 201)
            let (document, tag) = try await plane.document(node)
            let expected = DesiredSecrets.RegistryLogin(
                name: "ghcr.io", host: "ghcr.io", username: "robot", password: "hunter2-in-clear")
            #expect(document.secrets?.registryLogins == [expected])
            let unrelated = #"{"password":"q"}"#
            _ = try await plane.send("PUT", "\(Self.path)/registry.example:5000", json: unrelated)
            #expect(try await plane.document(node).1 == tag, "a login it does not use is no new document")
            _ = try await plane.send("DELETE", "\(Self.path)/ghcr.io")
            #expect(try await plane.document(node).0.secrets == nil)
        }
    }

    @Test @LoopActor func anAgentThatCannotPullWithALoginGetsNoReplicaThatNeedsOne() async throws {
        try await Self.with { plane in
            let node = try await plane.readyNode()
            #expect(try await plane.report(node, NodeReport(capabilities: ["pull"])).status == 200)
            #expect(try await plane.send("POST", Self.path, json: Self.login).status == 201)
            let waiting = try await plane.declare(#"{"name":"app","image":"ghcr.io/team/app:1"}"#)
            #expect(waiting.unplacedReplicas == 1)
            #expect(waiting.unplacedReasons.joined().contains("agent_too_old: pull.credential"))
            let free = try await plane.declare(#"{"name":"web","image":"quay.io/team/web:1"}"#)
            #expect(free.unplacedReplicas == 0)
        }
    }

    /// What runs there runs on: it was started with all it was declared with, and only a new one would need the login.
    @Test @LoopActor func aLoginThatComesLaterTakesNothingFromAnOldAgent() async throws {
        try await Self.with { plane in
            let node = try await plane.readyNode()
            #expect(try await plane.report(node, NodeReport(capabilities: ["pull"])).status == 200)
            _ = try await plane.declare(#"{"name":"app","image":"ghcr.io/team/app:1"}"#)
            let before = try await plane.document(node).0
            #expect(before.deployments.count == 1)
            #expect(try await plane.send("POST", Self.path, json: Self.login).status == 201)
            let after = try await plane.document(node).0
            #expect(after.deployments == before.deployments, "the same replica, of the same generation")
            #expect(try await plane.deployment("app").instances.map(\.nodeID) == [node.id])
            // One more has no place there, and says why.
            let more = try await plane.send("PATCH", "/api/v1/deployments/app", json: #"{"replicas":2}"#)
            #expect(more.text.contains("agent_too_old: pull.credential"), "\(more.text)")
            #expect(try await plane.document(node).0.deployments == before.deployments)
        }
    }
}
