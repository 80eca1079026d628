import EventLoop
import JSON
import Model
import TestKit
import Testing

@testable import ControlPlane

@Suite(.onLoop) struct RolloutRouteTests {
    static let web = #"{"name":"web","image":"web:1","strategy":{"healthy_after_secs":0}}"#

    /// A node with a running deployment whose first revision is good.
    @LoopActor private func prepare(_ plane: TestPlane) async throws -> TestNode {
        let node = try await plane.readyNode(#"{"name":"edge-1"}"#)
        _ = try await plane.declare(Self.web)
        try await reach(.complete, plane, node)
        return node
    }

    @LoopActor private func reach(_ phase: RolloutView.Phase, _ plane: TestPlane, _ node: TestNode)
        async throws
    {
        for _ in 0..<200 {
            try await plane.reportRunning(node)
            if try await plane.deployment("web").rollout?.phase == phase { return }
        }
        Issue.record("the rollout never got \(phase.rawValue)")
    }

    @Test @LoopActor func anUpdateIsRolledBackToItsExactDeclaration() async throws {
        try await TestPlane.with { plane in
            let node = try await prepare(plane)
            let before = try await plane.deployment("web")
            let patch = #"{"image":"web:2","env":{"A":"1"}}"#
            #expect(try await plane.send("PATCH", "/api/v1/deployments/web", json: patch).status == 200)
            try await reach(.complete, plane, node)
            let response = try await plane.send(
                "POST", "/api/v1/deployments/web/rollback", json: #"{"revision":1}"#)
            #expect(response.status == 200)
            #expect(response.headers["etag"] == "\"3\"")
            let detail: DeploymentDetail = try response.decode()
            #expect(detail.spec == before.spec)
            #expect(detail.rollout?.phase == .rollingBack)
            try await reach(.rolledBack, plane, node)
            let list: RevisionList = try await plane.send("GET", "/api/v1/deployments/web/revisions").decode()
            #expect(list.items.map(\.revision) == [3, 2, 1])
            #expect(list.items.map(\.image) == ["web:1", "web:2", "web:1"])
            #expect(list.items.first?.restoredFrom == 1)
        }
    }

    @Test @LoopActor func pauseResumeAndRestartAnswerWithTheDeployment() async throws {
        try await TestPlane.with { plane in
            let node = try await prepare(plane)
            let expected: [(String, RolloutView.Phase, UInt64)] = [
                ("pause", .paused, 1), ("pause", .paused, 1), ("resume", .complete, 1),
                ("restart?repull=true", .progressing, 2),
            ]
            for (verb, phase, generation) in expected {
                let response = try await plane.send("POST", "/api/v1/deployments/web/\(verb)")
                #expect(response.status == 200, "\(response.text)")
                let detail: DeploymentDetail = try response.decode()
                #expect(detail.rollout?.phase == phase, "\(verb)")
                #expect(detail.generation == generation, "\(verb)")
            }
            let (document, _) = try await plane.document(node)
            #expect(document.deployments.first?.restartNonce == 1)
            #expect(document.deployments.first?.container.pull.policy == .always)
        }
    }

    @Test @LoopActor func rehearsalsChangeNothing() async throws {
        try await TestPlane.with { plane in
            _ = try await prepare(plane)
            let response = try await plane.send("POST", "/api/v1/deployments/web/restart?dry_run=true")
            let created: DeploymentCreated = try response.decode()
            #expect(created.generation == 2)
            #expect(try await plane.deployment("web").generation == 1)
        }
    }

    static let refusals: [(String, String, String?, Int)] = [
        ("POST", "web/rollback", nil, 422), ("POST", "web/rollback", #"{"revision":9}"#, 422),
        ("POST", "web/rollback", #"{"revision":0}"#, 422), ("POST", "web/rollback", #"{"rev":1}"#, 422),
        ("POST", "web/rollback", "{", 400), ("POST", "nope/restart", nil, 404),
        ("POST", "nope/rollback", nil, 404), ("POST", "nope/pause", nil, 404),
        ("POST", "nope/resume", nil, 404),
        ("GET", "nope/revisions", nil, 404), ("GET", "web/revisions?x=1", nil, 400),
        ("POST", "web/pause?x=1", nil, 400), ("GET", "web/restart", nil, 405),
    ]

    @Test @LoopActor func whatCannotBeDoneIsRefused() async throws {
        try await TestPlane.with { plane in
            _ = try await prepare(plane)
            for (method, path, json, status) in Self.refusals {
                let response = try await plane.send(method, "/api/v1/deployments/\(path)", json: json)
                #expect(response.status == status, "\(method) \(path) \(json ?? ""): \(response.text)")
            }
            let stale = try await plane.send(
                "POST", "/api/v1/deployments/web/rollback", headers: [("if-match", "\"7\"")])
            #expect(stale.status == 412)
        }
    }

    @Test(arguments: ["restart", "rollback", "pause", "resume"])
    @LoopActor func operatorsOnly(_ verb: String) async throws {
        try await TestPlane.with { plane in
            let response = try await plane.send("POST", "/api/v1/deployments/web/\(verb)", token: nil)
            #expect(response.status == 401)
        }
    }

    @Test @LoopActor func healthyTimePassesWithoutAnyReport() async throws {
        try await TestPlane.with(["FLEDX_CP_REACHABILITY_SWEEP_INTERVAL_SECS": "3600"]) { plane in
            let node = try await plane.readyNode()
            _ = try await plane.declare(
                #"{"name":"web","image":"web:1","strategy":{"healthy_after_secs":1}}"#)
            try await plane.reportRunning(node)
            let until = EventLoop.hrtimeNanoseconds + 15_000_000_000
            while try await plane.deployment("web").rollout?.phase != .complete,
                EventLoop.hrtimeNanoseconds < until
            {}
            #expect(try await plane.deployment("web").rollout?.phase == .complete)
        }
    }

    @Test @LoopActor func anUpdateGoesOnAfterARestart() async throws {
        let folder = try TemporaryFolder()
        let first = try await TestPlane.start(in: folder)
        let node = try await prepare(first)
        try await first.send("POST", "/api/v1/deployments/web/pause")
        try await first.send("PATCH", "/api/v1/deployments/web", json: #"{"image":"web:2"}"#)
        let before = try await first.deployment("web").rollout
        try await first.stop()
        let second = try await TestPlane.start(in: folder)
        #expect(try await second.deployment("web").rollout?.phase == before?.phase)
        try await second.send("POST", "/api/v1/deployments/web/resume")
        #expect(try await second.report(node).status == 200)
        try await reach(.complete, second, node)
        #expect(try await second.deployment("web").spec.container.image == "web:2")
        try await second.stop()
    }
}
