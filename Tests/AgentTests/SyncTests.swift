import AgentTestKit
import EventLoop
import HTTPServer
import JSON
import Model
import NodeCore
import TestKit
import Testing

@testable import Agent

@Suite(.onLoop) struct SyncTests {
    @Test @LoopActor func aReplicaRunsAndIsReportedAtOnce() async throws {
        try await AgentRun.run { controlPlane, run in
            run.start()
            try await eventually("a first report") { controlPlane.last != nil }
            controlPlane.publish([Replicas.one()])
            try await eventually("it runs") { controlPlane.state(Replicas.one())?.state == .running }
            #expect(run.runtime.log == ["pull app:1", "create app:1", "start c1"])
            #expect(controlPlane.last?.applied?.revision == 1)
        }
    }

    @Test @LoopActor func aDocumentIsOnDiskBeforeAnythingIsDoneForIt() async throws {
        try await AgentRun.run { controlPlane, run in
            let path = run.folder.path("agent")
            var onDisk: [UInt64?] = []
            run.runtime.before = { work in
                guard case .pull = work else { return }
                let store = DocumentStore(folder: path, nodeID: AgentRun.nodeID, token: Redacted("token"))
                onDisk.append((try? store.load().document)??.revision)
            }
            controlPlane.publish([Replicas.one()])
            run.start()
            try await eventually("it runs") { run.runtime.running.count == 1 }
            #expect(onDisk == [1])
        }
    }

    @Test @LoopActor func aDocumentThatCannotBeWrittenIsRefusedAndReportedUntilItCanBe() async throws {
        try await AgentRun.run { controlPlane, run in
            try FileIO.makeFolders(run.desiredPath + ".next.tmp")
            run.agent.refusedDocumentMilliseconds = 50
            controlPlane.publish([Replicas.one()])
            run.start()
            try await eventually("the reason") {
                controlPlane.last?.conditions.contains { $0.type == "storage_full" } == true
            }
            #expect(controlPlane.last?.nodeStatus == .error)
            #expect(run.runtime.log.isEmpty, "nothing is done for a document that is not durable")
            try FileIO.removeFolder(run.desiredPath + ".next.tmp")
            try await eventually("it runs") { controlPlane.state(Replicas.one())?.state == .running }
            #expect(controlPlane.last?.conditions.isEmpty == true)
            #expect(controlPlane.last?.nodeStatus == .ready)
        }
    }

    @Test @LoopActor func aFreshNodeAwaitsItsFirstListBeforeItJudgesAnEmptyDocument() async throws {
        try await AgentRun.run { controlPlane, run in
            run.runtime.stuck = ["list"]
            controlPlane.publish(ScriptedControlPlane.document([], revision: 1))
            run.start()
            try await eventually("it waits for the list") {
                run.lines.all.contains("revision 1 waits for the first list")
            }
            #expect(run.agent.appliedRevision == nil)
            run.runtime.stuck = []
            try await eventually("it is applied") { run.agent.appliedRevision == 1 }
            #expect(!run.lines.all.contains("ERROR"))
            #expect(controlPlane.reports.allSatisfy { $0.conditions.isEmpty })
        }
    }

    @Test @LoopActor func anEmptyDocumentWithoutACommandTakesNothingAway() async throws {
        try await AgentRun.run { controlPlane, run in
            controlPlane.publish([Replicas.one()])
            run.start()
            try await eventually("it runs") { run.runtime.running.count == 1 }
            controlPlane.publish([])
            try await eventually("the refusal") {
                controlPlane.last?.conditions.contains { $0.type == "empty_refused" } == true
            }
            #expect(run.runtime.running.count == 1)
        }
    }

    @Test @LoopActor func aCommandedEmptyDocumentRemovesAndReportsUntilAcknowledged() async throws {
        try await AgentRun.run { controlPlane, run in
            controlPlane.publish([Replicas.one()])
            run.start()
            try await eventually("it runs") { controlPlane.state(Replicas.one())?.state == .running }
            var lost: [NodeReport] = []
            controlPlane.intercept = { request in
                guard request.method == .post, lost.count < 2 else { return nil }
                let report = try NodeReportCodec.decode(request.body)
                guard report.containers.contains(where: { $0.state == .removed }) else { return nil }
                lost.append(report)
                throw HTTPRejection(.internalServerError, "broken", "lost")
            }
            controlPlane.publish([], emptied: true)
            try await eventually("removed") { controlPlane.state(Replicas.one())?.state == .removed }
            #expect(lost.count == 2)
            #expect(run.runtime.containers.isEmpty)
            let count = controlPlane.reports.count
            controlPlane.publish([Replicas.one(2)])
            try await eventually("a later report") { controlPlane.reports.count > count }
            #expect(controlPlane.state(Replicas.one()) == nil, "acknowledged ones are not repeated")
        }
    }

    @Test(arguments: [401, 403, 404, 500, 426])
    @LoopActor func refusalsNeverTouchAContainer(_ status: Int) async throws {
        try await AgentRun.run { controlPlane, run in
            controlPlane.publish([Replicas.one()])
            run.start()
            try await eventually("it runs") { controlPlane.state(Replicas.one())?.state == .running }
            var refusals = 0
            controlPlane.intercept = { _ in
                refusals += 1
                throw HTTPRejection(HTTPStatus(status), "refused", "go away")
            }
            controlPlane.releasePolls()
            try await eventually("refusals") { refusals >= 2 }
            #expect(run.agent.readiness.joined().contains("\(status)"))
            #expect(run.agent.readiness.joined().contains("go away"))
            #expect(run.runtime.running == [ContainerID("c1")])
            controlPlane.intercept = nil
            try await eventually("ready again") { run.agent.readiness.isEmpty }
            #expect(run.runtime.log == ["pull app:1", "create app:1", "start c1"])
        }
    }

    @Test @LoopActor func anotherTokenBringsTheSecretsOfTheSameRevisionAnew() async throws {
        var document = ScriptedControlPlane.document([Replicas.one()], revision: 3)
        document.secrets = DesiredSecrets(registryLogins: [
            .init(name: "r", host: "registry.example", username: "u", password: "silence")
        ])
        try await AgentRun.run { controlPlane, run in
            controlPlane.publish(document)
            run.start()
            try await eventually("it runs") { controlPlane.state(Replicas.one())?.state == .running }
            await run.stop()
            let again = try AgentRun(controlPlane, folder: run.folder, containers: run.runtime.containers) {
                $0["FLEDX_AGENT_NODE_TOKEN"] = "another-token"
            }
            let store = DocumentStore(
                folder: run.folder.path("agent"), nodeID: AgentRun.nodeID, token: Redacted("another-token"))
            #expect(try store.load().hasClosedSecrets)
            again.start()
            try await eventually("the secrets are kept under the new token") {
                try store.load() == .init(document: document)
            }
            try await eventually("it is told") { again.runtime.documents.last?.secrets == document.secrets }
            let polls = controlPlane.polls.count
            controlPlane.releasePolls()
            try await eventually("it asks on") { controlPlane.polls.count > polls }
            #expect(again.runtime.documents.count == 2, "once is enough")
            #expect(again.runtime.log.isEmpty)
            await again.stop()
        }
    }

    @Test @LoopActor func aForeignHistoryIsRefusedAndForgottenWhenTheOwnOneIsBack() async throws {
        try await AgentRun.run { controlPlane, run in
            controlPlane.publish([Replicas.one()])
            run.start()
            try await eventually("it runs") { controlPlane.state(Replicas.one())?.state == .running }
            let own = controlPlane.document
            controlPlane.publish(
                ScriptedControlPlane.document([], revision: 7, epoch: Epoch(UUIDValue(high: 8, low: 8))))
            try await eventually("the refusal") {
                controlPlane.last?.conditions.contains { $0.type == "epoch_mismatch" } == true
            }
            #expect(run.runtime.running.count == 1)
            #expect(run.agent.readiness.joined().contains("another epoch"))
            controlPlane.publish(own)
            #expect(run.agent.appliedRevision == 1)
        }
    }

    @Test @LoopActor func retryAfterIsHonouredWithinBounds() async throws {
        #expect(ControlPlaneLink.pause("2") == 2000)
        #expect(ControlPlaneLink.pause("9223372036854775807") == AgentLimits.retryAfterMaxSecs * 1000)
        #expect(ControlPlaneLink.pause("-1") == nil)
        #expect(ControlPlaneLink.pause("Wed, 21 Oct 2026 07:28:00 GMT") == nil)
        try await AgentRun.run { controlPlane, run in
            controlPlane.intercept = { request in
                guard request.method == .get else { return nil }
                throw HTTPRejection(
                    .serviceUnavailable, "busy", "later", headers: ["retry-after": "1"])
            }
            run.start()
            try await eventually("two polls") { controlPlane.polls.count >= 2 }
            #expect(controlPlane.polls[1].milliseconds(since: controlPlane.polls[0]) >= 1000)
        }
    }

    @Test @LoopActor func aControlPlaneThatNeverWaitsIsNotAskedInALoop() async throws {
        try await AgentRun.run { controlPlane, run in
            controlPlane.intercept = { $0.method == .get ? .now(HTTPResponse(.notModified)) : nil }
            run.start()
            try await eventually("two polls") { controlPlane.polls.count >= 2 }
            #expect(controlPlane.polls[1].milliseconds(since: controlPlane.polls[0]) >= 400)
        }
    }

    @Test(arguments: ["", "<html>login</html>", "{}", "{\"epoch\":1}"])
    @LoopActor func anAnswerThatIsNoDocumentChangesNothing(_ body: String) async throws {
        try await AgentRun.run { controlPlane, run in
            controlPlane.publish([Replicas.one()])
            run.start()
            try await eventually("it runs") { run.runtime.running.count == 1 }
            controlPlane.intercept = { $0.method == .get ? .now(HTTPResponse(text: body)) : nil }
            controlPlane.releasePolls()
            try await eventually("the reason") { run.agent.readiness.joined().contains("cannot be read") }
            #expect(run.runtime.running.count == 1)
        }
    }

    @Test @LoopActor func afterARebootWithoutAControlPlaneEverythingStartsFromDisk() async throws {
        try await AgentRun.run { controlPlane, run in
            controlPlane.publish([Replicas.one(), Replicas.one(2)])
            run.start()
            try await eventually("both run") { run.runtime.running.count == 2 }
            await run.stop()
            await controlPlane.stop()
            var containers = run.runtime.containers
            for id in containers.keys { containers[id]?.state = .exited(code: 255) }
            let again = try AgentRun(controlPlane, folder: run.folder, containers: containers)
            again.start()
            try await eventually("both run again") { again.runtime.running.count == 2 }
            #expect(again.runtime.log.sorted() == ["start c1", "start c2"])
            await again.stop()
        }
    }

    @Test @LoopActor func withATornDocumentContainersAreLeftAloneAndTheReasonIsReported() async throws {
        try await AgentRun.run { controlPlane, run in
            controlPlane.publish([Replicas.one()])
            run.start()
            try await eventually("it runs") { run.runtime.running.count == 1 }
            await run.stop()
            try FileIO.writeDurably(run.desiredPath, Array("torn".utf8))
            controlPlane.publish(nil)
            let again = try AgentRun(controlPlane, folder: run.folder, containers: run.runtime.containers)
            let before = controlPlane.reports.count
            again.start()
            try await eventually("the reason") {
                controlPlane.reports.count > before
                    && controlPlane.last?.conditions.contains { $0.type == "state_damaged" } == true
            }
            #expect(again.runtime.running.count == 1)
            #expect(again.runtime.log.isEmpty)
            await again.stop()
        }
    }

    @Test @LoopActor func aPullThatNobodyNeedsAnyMoreIsGivenUp() async throws {
        try await AgentRun.run { controlPlane, run in
            run.runtime.stuck = ["pull"]
            controlPlane.publish([Replicas.one(image: "slow:1")])
            run.start()
            try await eventually("being pulled") {
                controlPlane.state(Replicas.one())?.message?.contains("made ready") == true
            }
            controlPlane.publish([], emptied: true)
            try await eventually("given up") { run.runtime.log.contains { $0.hasPrefix("gave up pull") } }
        }
    }

    @Test @LoopActor func logsNeverHoldTokensOrEnvironment() async throws {
        try await AgentRun.run(registers: true) { controlPlane, run in
            run.runtime.failures = ["create": ActionFailure(.invalid, "no such runtime")]
            controlPlane.publish([
                Replicas.one(env: ["PASSWORD": "env-secret"], command: ["--key=arg-secret"])
            ])
            run.start()
            try await eventually("a failure") {
                controlPlane.state(Replicas.one())?.message?.contains("no such runtime") == true
            }
            controlPlane.intercept = { _ in throw HTTPRejection(.unauthorized, "unauthorized", "no") }
            controlPlane.releasePolls()
            try await eventually("a refusal") { !run.agent.readiness.isEmpty }
            await run.stop()
            let log = run.lines.all
            #expect(log.contains("registered as node"))
            for secret in ["env-secret", "arg-secret", "reg-secret", "node-token-of-the-script"] {
                #expect(!log.contains(secret), "\(secret) was logged")
            }
        }
    }
}
