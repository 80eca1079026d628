import EventLoop
import Foundation
import Model
import TestKit
import Testing

@testable import ControlPlane

@Suite(.onLoop) struct StartTests {
    private static let unset = [
        "FLEDX_CP_OPERATOR_TOKENS": "", "FLEDX_CP_REGISTRATION_TOKEN": "", "FLEDX_CP_TOKENS_PEPPER": "",
    ]

    @Test @LoopActor func missingSecretsAreGeneratedOnceAndReadAgain() async throws {
        let folder = try TemporaryFolder()
        let first = try await TestPlane.start(in: folder, Self.unset)
        let token = try #require(first.announcement?.operatorToken)
        let path = try #require(first.announcement?.secretsPath)
        #expect(path == folder.path("test.db.secrets"))
        #expect(try FileIO.status(path)?.mode == 0o600)
        #expect(token.revealed.utf8.count == 48)
        #expect(try await first.send("GET", "/api/v1/nodes", token: token.revealed).status == 200)
        #expect(try await first.send("GET", "/api/v1/nodes", token: "wrong").status == 403)
        try await first.stop()

        let second = try await TestPlane.start(in: folder, Self.unset)
        #expect(second.announcement == nil)
        #expect(try await second.send("GET", "/api/v1/nodes", token: token.revealed).status == 200)
        let registration = second.plane.registrationToken.revealed
        let answer = try await second.send("POST", "/api/v1/nodes/register", token: registration, json: "{}")
        #expect(answer.status == 201)
        try await second.stop()
    }

    @Test @LoopActor func onlyWhatIsMissingIsGenerated() async throws {
        let plane = try await TestPlane.start(["FLEDX_CP_REGISTRATION_TOKEN": ""])
        #expect(plane.announcement != nil)
        #expect(plane.announcement?.operatorToken == nil)
        #expect(try await plane.send("GET", "/api/v1/nodes").status == 200)
        try await plane.stop()
    }

    @Test @LoopActor func aDatabaseInUseWithoutItsPepperDoesNotStart() async throws {
        let folder = try TemporaryFolder()
        try await TestPlane.start(in: folder).stop()
        let missing = await failure(folder, ["FLEDX_CP_TOKENS_PEPPER": ""])
        #expect(missing?.description.contains("FLEDX_CP_TOKENS_PEPPER is neither set") == true)
        let other = await failure(folder, ["FLEDX_CP_TOKENS_PEPPER": "another pepper"])
        #expect(other?.description.contains("is not the one the database") == true)
        try await TestPlane.start(in: folder).stop()
    }

    @Test @LoopActor func everythingDeclaredIsThereAfterARestart() async throws {
        let folder = try TemporaryFolder()
        let first = try await TestPlane.start(in: folder)
        let node = try await first.readyNode(#"{"name":"edge-1","labels":{"zone":"west"}}"#)
        _ = try await first.declare(
            #"{"name":"web","image":"nginx:1","replicas":2,"env":{"A":"1"},"ports":[{"container_port":80}]}"#)
        try await first.reportRunning(node)
        #expect(try await first.deployment("web").status == .running)
        let (before, tag) = try await first.document(node)
        try await first.stop()

        let second = try await TestPlane.start(in: folder)
        let deployment = try await second.deployment("web")
        #expect(deployment.spec.container.env == ["A": "1"])
        #expect(
            deployment.replicasReady == 0, "a node that has not reported to this process counts for nothing")
        let detail: NodeDetail = try await second.send("GET", "/api/v1/nodes/edge-1").decode()
        #expect(detail.summary.status == .unknown)
        #expect(detail.summary.labels == ["zone": "west"])
        let poll = {
            try await second.send(
                "GET", "\(node.path)/desired-state?wait=30", token: node.token,
                headers: [("if-none-match", tag)])
        }
        let missed = try await poll()
        #expect(missed.status == 304)
        #expect(missed.headers["x-fledx-report-wanted"] == "true", "a node not heard from is asked to report")
        let untold = try await second.send("GET", "\(node.path)/desired-state", token: node.token)
        #expect(untold.status == 503 && untold.code == "report_wanted", "nor told anything before it has")
        #expect(try await second.report(node).status == 200)
        let (after, tagAfter) = try await second.document(node)
        #expect(after == before)
        #expect(tagAfter == tag)
        try await second.reportRunning(node)
        #expect(try await second.deployment("web").status == .running)
        try await second.stop()
    }

    @Test @LoopActor func aTakenPortIsAStartFailureThatNamesIt() async throws {
        try await TestPlane.with { plane in
            let folder = try TemporaryFolder()
            let failure = await failure(folder, ["FLEDX_CP_SERVER_PORT": "\(plane.plane.port)"])
            #expect(failure?.description == "cannot listen on 127.0.0.1:\(plane.plane.port)")
        }
    }

    @Test @LoopActor func aFirstStartThatFailsLeavesNothingBehindAndCanBeRepeated() async throws {
        try await TestPlane.with { plane in
            let folder = try TemporaryFolder()
            let taken = Self.unset.merging(["FLEDX_CP_SERVER_PORT": "\(plane.plane.port)"]) { _, new in new }
            #expect(await failure(folder, taken) != nil)
            #expect(try FileIO.list(folder.path) == [])
            let second = try await TestPlane.start(in: folder, Self.unset)
            #expect(second.announcement?.operatorToken != nil)
            try await second.stop()
        }
    }

    @Test @LoopActor func aDamagedSecretsFileIsAStartFailure() async throws {
        let folder = try TemporaryFolder()
        try FileIO.writeDurably(folder.path("test.db.secrets"), Array("nonsense\n".utf8))
        #expect(await failure(folder, Self.unset) != nil)
    }

    @Test func aDatabaseIsLockedUnderEveryNameItHas() throws {
        let folder = try TemporaryFolder()
        try FileIO.writeDurably(folder.path("real.db"), [])
        try FileManager.default.createSymbolicLink(
            atPath: folder.path("other.db"), withDestinationPath: folder.path("real.db"))
        let lock = try DatabaseLock(database: folder.path("real.db"))
        for name in ["real.db", "other.db"] {
            let failure = #expect(throws: StartFailure.self) {
                _ = try DatabaseLock(database: folder.path(name))
            }
            #expect(failure?.description.hasPrefix("another fledx-cp is using") == true)
        }
        withExtendedLifetime(lock) {}
    }

    @LoopActor
    private func failure(_ folder: TemporaryFolder, _ environment: [String: String]) async -> StartFailure? {
        do {
            try await TestPlane.start(in: folder, environment).stop()
            return nil
        } catch {
            return error as? StartFailure
        }
    }
}
