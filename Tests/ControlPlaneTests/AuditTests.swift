import EventLoop
import JSON
import Model
import SQLite
import TestKit
import Testing

@testable import ControlPlane

@Suite(.onLoop) struct AuditTests {
    @Test @LoopActor func everyChangeSaysWhoDidWhatAndHowItEnded() async throws {
        try await TestPlane.with { plane in
            let made = try await plane.token(#"{"name":"ci","role":"operator"}"#)
            let created = try await plane.send(
                "POST", "/api/v1/deployments", token: made.token, json: Self.secretive,
                headers: [("x-request-id", "req-1")])
            #expect(created.status == 201, "\(created.text)")
            let deployment: DeploymentCreated = try created.decode()
            _ = try await plane.send(
                "PATCH", "/api/v1/deployments/web", json: #"{"desired_state":"stopped"}"#)
            _ = try await plane.send("DELETE", "/api/v1/deployments/web", token: made.token)
            _ = try await plane.send("POST", "/api/v1/deployments", token: made.token, json: #"{"name":"A"}"#)

            let entries = try await plane.audit("&resource_type=deployment")
            #expect(
                entries.map(\.action) == [
                    "deployment.create", "deployment.delete", "deployment.stop", "deployment.create",
                ])
            let first = try #require(entries.last)
            #expect(first.result == .success)
            #expect(first.resourceID == "\(deployment.deploymentID)")
            #expect(first.actor == "ci")
            #expect(first.actorID == "\(made.tokenID)")
            #expect(first.role == "operator")
            #expect(first.requestID == "req-1")
            #expect(first.client == "127.0.0.1")
            #expect(entries[1].resourceID == "\(deployment.deploymentID)", "the name was resolved in time")
            #expect(entries[0].result == .failure)
            #expect(entries[0].code == "invalid")
            let payload = try #require(first.payload)
            for secret in ["hunter2", "tell-nobody", "sesame"] { #expect(!payload.contains(secret)) }
            #expect(payload.contains("PASSWORD") && payload.contains("nginx:1"))
        }
    }

    static let secretive = #"""
        {"name":"web","image":"nginx:1","env":{"PASSWORD":"hunter2","EMPTY":""},
         "command":["run","--key=tell-nobody"],"labels":{"api_token":"sesame"}}
        """#

    @Test @LoopActor func rehearsalsAndReadsAreNoChanges() async throws {
        try await TestPlane.with { plane in
            _ = try await plane.send("POST", "/api/v1/deployments?dry_run=true", json: BarrierTests.web)
            _ = try await plane.send("GET", "/api/v1/deployments")
            #expect(try await plane.audit("&resource_type=deployment").isEmpty)
        }
    }

    @Test @LoopActor func whoReachesIntoContainersIsWrittenDown() async throws {
        try await TestPlane.with { plane in
            _ = try await plane.send("POST", "/api/v1/deployments", json: BarrierTests.web)
            for path in ["logs", "port-forward?port=80"] {
                let answer = try await plane.send("GET", "/api/v1/deployments/web/\(path)")
                #expect(answer.status == 404, "no replica is placed: \(answer.text)")
            }
            _ = try await plane.send(
                "POST", "/api/v1/deployments/web/exec", json: #"{"command":["tell-nobody"]}"#)
            let entries = try await plane.audit("&resource_type=deployment").prefix(3)
            #expect(
                entries.map(\.action) == ["deployment.exec", "deployment.port_forward", "deployment.logs"])
            #expect(entries.allSatisfy { $0.result == .failure && $0.code == "not_found" })
            #expect(entries.allSatisfy { $0.payload?.contains("tell-nobody") != true })
        }
    }

    @Test @LoopActor func everyRouteThatChangesSomethingHasAName() async throws {
        try await TestPlane.with { plane in
            var names: [String: String] = [:]
            for route in plane.plane.responder.routes {
                guard let action = AuditAction(route) else { continue }
                // Every way through the relay is counted under one name.
                #expect(action.isCounted == route.pattern.hasPrefix("/relay/"))
                let words = action.action.split(separator: ".")
                #expect(words.count >= 2 && words[0] == action.resourceType.split(separator: ".")[0])
                #expect(names[action.action] == nil || action.isCounted, "\(action.action): \(route.pattern)")
                names[action.action] = route.pattern
            }
            #expect(names["deployment.create"] == "/api/v1/deployments")
            #expect(names["deployment.restart"] == "/api/v1/deployments/{id}/restart")
            #expect(names["node.drain"] == "/api/v1/nodes/{id}/drain")
            #expect(names["node.token.rotate"] == "/api/v1/nodes/{id}/tokens")
            #expect(names["registration_token.create"] == "/api/v1/registration-tokens")
        }
    }

    /// The entry is in the transaction of its change: neither is ever there without the other.
    @Test @LoopActor func anEntryIsStoredWithItsChangeOrNotAtAll() async throws {
        let hold = CommitHold()
        try await TestPlane.with(hold: hold) { plane in
            hold.holdNext()
            let creation = try await plane.begin("POST", "/api/v1/deployments", json: BarrierTests.web)
            await hold.waitUntilHeld()
            hold.letFail(SQLiteFailure(.full, operation: "test", detail: "no room"))
            #expect(try await creation.response().status == 503)
            try await plane.plane.recovery.untilHealed()
            #expect(try await plane.names() == [])
            #expect(try await plane.audit("&action=deployment.create").isEmpty)
            _ = try await plane.declare(BarrierTests.web)
            #expect(try await plane.audit("&action=deployment.create").count == 1)
        }
    }

    @Test @LoopActor func theUseOfATokenOfTheSettingsIsToldUnlessSilenced() async throws {
        for (setting, count) in [("true", 1), ("false", 0)] {
            try await TestPlane.with(["FLEDX_CP_OPERATOR_ENV_WARN_ON_USE": setting]) { plane in
                _ = try await plane.send("GET", "/api/v1/nodes")
                _ = try await plane.send("GET", "/api/v1/nodes")
                _ = try await plane.declare(BarrierTests.web)
                #expect(try await plane.audit("&action=auth.env_token_used").count == count)
            }
        }
    }

    @Test @LoopActor func pagesFollowTheCursor() async throws {
        try await TestPlane.with { plane in
            for number in 0..<5 {
                _ = try await plane.declare(#"{"name":"w\#(number)","image":"nginx:1","replicas":0}"#)
            }
            var seen: [String] = []
            var query = "?limit=2&action=deployment.create"
            while true {
                let page: AuditPage = try await plane.send("GET", "/api/v1/logs\(query)").decode()
                #expect(page.total == 5)
                seen += page.items.compactMap(\.payload)
                guard let cursor = page.nextCursor else { break }
                query = "?limit=2&action=deployment.create&cursor=\(cursor)"
            }
            #expect(seen.count == 5 && Set(seen).count == 5)
            #expect(seen[0].contains("w4") && seen[4].contains("w0"))
            let skipped: AuditPage = try await plane.send(
                "GET", "/api/v1/audit?limit=2&offset=4&action=deployment.create"
            ).decode()
            #expect(skipped.items.count == 1)
        }
    }

    @Test @LoopActor func faultyFiltersAreRefusedTogether() async throws {
        try await TestPlane.with { plane in
            let answer = try await plane.send("GET", "/api/v1/audit?since=now&limit=0&cursor=x&offset=1&a=b")
            #expect(answer.status == 400)
            #expect(Set(answer.fields) == ["since", "limit", "cursor", "a"])
        }
    }

    @Test @LoopActor func oldEntriesGo() async throws {
        let clock = MovableClock()
        let settings = ["FLEDX_CP_RETENTION_AUDIT_LOG_SECS": "3600"]
        try await TestPlane.with(settings, clock: clock) { plane in
            _ = try await plane.declare(BarrierTests.web)
            clock.move(seconds: 3_700)
            _ = try await plane.declare(#"{"name":"new","image":"nginx:1"}"#)
            for cleanup in plane.plane.audit.cleanups(everyMilliseconds: 1) { try await cleanup.cleanUp() }
            let entries = try await plane.audit("&action=deployment.create")
            #expect(entries.count == 1)
            #expect(entries.first?.payload?.contains("new") == true)
        }
    }

    /// One look takes all of it, however much it is, also where room is short; and strangers are held to their share.
    @Test @LoopActor func aFloodOfOldOrRefusedEntriesGoesWhole() async throws {
        let reserve = ["FLEDX_CP_STORAGE_RESERVE_BYTES": "\(Int64.max)"]
        let clock = MovableClock()
        try await TestPlane.with(reserve, clock: clock) { plane in
            let old = clock.now().wall
            clock.move(seconds: 8_000_000)
            let now = clock.now().wall
            try await Self.fill(plane, 5_000, at: old, "auth")
            try await Self.fill(plane, ControlPlaneLimits.storedRefusals + 4_500, at: now, "auth")
            try await Self.fill(plane, 300, at: now, "deployment")
            #expect(plane.plane.host.store.reserve.shortage != nil, "telemetry is refused")
            for cleanup in plane.plane.cleanups { try await cleanup.cleanUp() }
            let counts = try await plane.plane.host.store.worker.perform { connection in
                try connection.query("SELECT resource_type, count(*), min(at) FROM audit_log GROUP BY 1") {
                    (try $0.string(0), try $0.int(1), try $0.time(2))
                }
            }
            #expect(counts.first { $0.0 == "auth" }?.1 == ControlPlaneLimits.storedRefusals)
            #expect(counts.first { $0.0 == "auth" }?.2 == now)
            #expect(counts.first { $0.0 == "deployment" }?.1 == 300)
        }
    }

    @Test @LoopActor func theLogHasABoundOfItsOwn() async throws {
        try await TestPlane.with { plane in
            try await Self.fill(plane, 5_000, at: plane.plane.host.clock.now().wall, "deployment")
            let left = try await plane.plane.host.store.worker.perform { connection in
                var deleted = 1
                while deleted > 0 { deleted = try connection.execute(AuditRecords.prune(keeping: 50)) }
                return try connection.query("SELECT id FROM audit_log ORDER BY id") { try $0.int64(0) }
            }
            #expect(left.count == 50)
            #expect(left.last.map { $0 >= 5_000 } == true, "the newest stay")
        }
    }

    @LoopActor private static func fill(
        _ plane: TestPlane, _ count: Int, at moment: Timestamp, _ type: String
    ) async throws {
        try await plane.plane.host.store.worker.perform { connection in
            try connection.transaction {
                _ = try connection.execute(
                    """
                    WITH RECURSIVE numbers (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < ?)
                    INSERT INTO audit_log (at, action, resource_type, status, count)
                    SELECT ?, 'x.y', ?, 'failure', 1 FROM numbers
                    """, [.integer(Int64(count)), .time(moment), .text(type)])
            }
        }
    }

    /// A network of one stranger is one line, and who is held back already makes no new ones.
    @Test func strangersAreCountedTogether() throws {
        #expect(ClientAddress.network(of: "2001:db8:1:2:3::4") == "2001:db8:1:2::/64")
        #expect(
            ClientAddress.network(of: "2001:db8:1:2::9") == ClientAddress.network(of: "2001:db8:1:2:3::4"))
        #expect(ClientAddress.network(of: "192.0.2.9") == "192.0.2.9")
        var refused = RefusedCredentials()
        let first = RefusedCredentials.Group(client: "a", route: "GET /x", fault: .unknown)
        var second = first
        second.route = "GET /y"
        refused.add(first)
        refused.add(first, opening: false)
        refused.add(second, opening: false)
        let entries = refused.take(at: Timestamp(milliseconds: 0))
        #expect(entries.map(\.payload) == ["GET /x", "any"])
        #expect(entries.map(\.count) == [2, 1])
    }

    /// A key of the table that no route has would silently name nothing.
    @Test @LoopActor func everyNameOfTheTableIsThatOfAMountedRoute() async throws {
        try await TestPlane.with { plane in
            let mounted = Set(plane.plane.responder.routes.map(AuditAction.name))
            #expect(Set(AuditAction.named.keys).subtracting(mounted) == [])
        }
    }

    /// Whatever a change is about can be found by its id, and what else its path and query name is in the payload.
    @Test @LoopActor func entriesNameTheirTargets() async throws {
        let folder = try TemporaryFolder()
        try FileIO.writeDurably(folder.path("key"), Array(String(repeating: "ab", count: 32).utf8))
        let set = ["FLEDX_CP_SECRETS_KEY_FILE": folder.path("key")]
        try await TestPlane.with(set) { plane in
            let node = try await plane.readyNode(#"{"name":"edge-1"}"#)
            let deployment: DeploymentCreated = try await plane.send(
                "POST", "/api/v1/deployments", json: BarrierTests.web
            ).decode()
            let config = try await plane.made("/api/v1/configs", #"{"name":"app","entries":[]}"#, "config_id")
            let login = try await plane.made(
                "/api/v1/registry-credentials",
                #"{"name":"hub","host":"ghcr.io","username":"u","password":"p"}"#, "credential_id")
            let issued = try await plane.send("POST", "/api/v1/nodes/edge-1/tokens", json: "{}").json()
            let token = try #require(issued["token_id"]?.stringValue)
            for (method, path, json, action, id, words) in [
                (
                    "POST", "configs/app/deployments/web", nil, "config.attach.deployment", config,
                    ["\(deployment.deploymentID)"]
                ),
                (
                    "DELETE", "configs/app/deployments/web", nil, "config.detach.deployment", config,
                    ["\(deployment.deploymentID)"]
                ),
                ("POST", "configs/app/nodes/edge-1", nil, "config.attach.node", config, ["\(node.id)"]),
                ("DELETE", "configs/app/nodes/edge-1", nil, "config.detach.node", config, ["\(node.id)"]),
                ("PUT", "configs/app", #"{"entries":[]}"#, "config.update", config, []),
                ("DELETE", "configs/app", nil, "config.delete", config, []),
                (
                    "PUT", "registry-credentials/hub", #"{"username":"v"}"#, "registry_credential.update",
                    login, ["username"]
                ),
                ("DELETE", "registry-credentials/hub", nil, "registry_credential.delete", login, []),
                ("DELETE", "nodes/edge-1/tokens/\(token)", nil, "node.token.revoke", "\(node.id)", [token]),
                (
                    "DELETE", "nodes/edge-1?force=true&containers=keep", nil, "node.delete", "\(node.id)",
                    ["force", "containers", "keep"]
                ),
            ] as [(String, String, String?, String, String, [String])] {
                let answer = try await plane.send(method, "/api/v1/\(path)", json: json)
                #expect((200...204).contains(answer.status), "\(method) \(path): \(answer.text)")
                let entry = try #require(
                    try await plane.audit("&action=\(action)&resource_id=\(id)").first, "\(action)")
                for word in words { #expect(entry.payload?.contains(word) == true, "\(action): \(word)") }
            }
        }
    }

    /// An applied document is one entry, and one for each thing it made, changed or took away.
    @Test @LoopActor func whatAnAppliedDocumentDidIsThereForEachItem() async throws {
        try await TestPlane.with { plane in
            func document(_ items: String) -> String { #"{"items":[\#(items)]}"# }
            let web = #"{"kind":"deployment","name":"web","image":"nginx:1","labels":{"app":"shop"}}"#
            let job = #"{"kind":"deployment","name":"job","image":"nginx:1","labels":{"app":"shop"}}"#
            _ = try await plane.send("POST", "/api/v1/apply", json: document("\(web),\(job)"))
            let id = try #require(
                try await plane.send("GET", "/api/v1/deployments/job").json()["deployment_id"]?.stringValue)
            #expect(try await plane.audit("&action=deployment.create").count == 2)
            let rehearsed = try await plane.send(
                "POST", "/api/v1/apply?prune=true&label=app%3Dshop&dry_run=true", json: document(web))
            #expect(rehearsed.status == 200, "\(rehearsed.text)")
            #expect(try await plane.audit("&action=deployment.delete").isEmpty)
            let pruned = try await plane.send(
                "POST", "/api/v1/apply?prune=true&label=app%3Dshop", json: document(web),
                headers: [("x-request-id", "prune-1")])
            #expect(pruned.status == 200, "\(pruned.text)")
            let entries = try await plane.audit("&request_id=prune-1")
            #expect(entries.map(\.action) == ["deployment.delete", "cluster.apply"])
            #expect(entries.first?.resourceID == id)
            #expect(entries.last?.payload?.contains(#""prune":"true""#) == true)
        }
    }

    @Test @LoopActor func startsTellOfSchemaChanges() async throws {
        try await TestPlane.with { plane in
            let entries = try await plane.audit("&action=migration.applied")
            #expect(entries.map(\.resourceID) == Schema.migrations.map { "\($0.number)" }.reversed())
            #expect(entries.allSatisfy { $0.actor == "control-plane" })
        }
    }

    @Test func whatTheListsNameIsLeftOut() throws {
        let redaction = AuditRedaction(isEnabled: true, keys: ["api"], markers: ["PRIVATE KEY-----"])
        let body = #"{"my_API_id":"x1","note":"-----BEGIN RSA PRIVATE KEY-----x2","h":"Bearer x3","ok":"x4"}"#
        let text = try #require(redaction.summary(of: Array(body.utf8)))
        for hidden in ["x1", "x2", "x3"] { #expect(!text.contains(hidden)) }
        #expect(text.contains("x4"))
        let open = AuditRedaction(isEnabled: false, keys: ["api"], markers: [])
        let shown = try #require(open.summary(of: Array(body.utf8)))
        #expect(shown.contains("x1") && shown.contains("x3"))
        let always =
            #"{"items":[{"key":"A","secret_value":"x5"}],"env":{"B":"x6"},"password":"x7","content":"x8"}"#
        let kept = try #require(open.summary(of: Array(always.utf8)))
        for hidden in ["x5", "x6", "x7", "x8"] { #expect(!kept.contains(hidden)) }
        let long = "{\"note\":\"\(String(repeating: "ä", count: 5_000))\"}"
        let cut = try #require(redaction.summary(of: Array(long.utf8)))
        #expect(cut.hasSuffix("… (cut)") && cut.count <= ControlPlaneLimits.auditPayloadCharacters + 10)
        #expect(redaction.summary(of: Array("no json".utf8)) == nil)
    }
}
