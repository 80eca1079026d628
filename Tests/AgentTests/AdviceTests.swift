import AgentTestKit
import DockerEngine
import EventLoop
import HTTPServer
import Model
import NodeCore
import TestKit
import Testing

@testable import Agent

/// What the agent tells whoever reads its log to do.
@Suite(.onLoop) struct AdviceTests {
    @Test(arguments: [
        (409, "name_taken", "fledx nodes delete edge-9 --force"), (409, "already_done", "identity.json"),
        (401, "unauthorized", "FLEDX_CP_REGISTRATION_TOKEN"),
    ])
    @LoopActor func aRefusedRegistrationSaysWhatToDo(
        _ status: Int, _ code: String, _ words: String
    ) async throws {
        try await AgentRun.run(registers: true, { $0["FLEDX_AGENT_NODE_NAME"] = "edge-9" }) {
            controlPlane, run in
            controlPlane.intercept = { _ in throw HTTPRejection(HTTPStatus(status), code, "no") }
            run.start()
            try await eventually("the advice") { run.lines.all.contains(words) }
            #expect(run.agent.readiness.joined().contains(words))
        }
    }

    @Test(arguments: [401, 410])
    @LoopActor func aRefusedIdentityNamesItsFile(_ status: Int) async throws {
        try await AgentRun.run(registers: true) { controlPlane, run in
            run.start()
            try await eventually("a report") { controlPlane.last != nil }
            controlPlane.intercept = { _ in throw HTTPRejection(HTTPStatus(status), "refused", "no") }
            controlPlane.releasePolls()
            let file = run.folder.path("agent/identity.json")
            try await eventually("the advice") {
                run.agent.readiness.joined().contains("remove \(file)")
            }
        }
    }

    @Test @LoopActor func aGivenIdentityThatIsRefusedNamesItsSettings() async throws {
        try await AgentRun.run { controlPlane, run in
            controlPlane.intercept = { _ in throw HTTPRejection(.unauthorized, "unauthorized", "no") }
            run.start()
            try await eventually("the advice") {
                run.agent.readiness.joined().contains(
                    "set FLEDX_AGENT_NODE_ID and FLEDX_AGENT_NODE_TOKEN anew")
            }
        }
    }

    @Test @LoopActor func aDeletedNodeAsksSeldomFromTheFirstRefusalOn() async throws {
        try await AgentRun.run { controlPlane, run in
            controlPlane.publish([Replicas.one()])
            run.start()
            try await eventually("it runs") { controlPlane.state(Replicas.one())?.state == .running }
            var calls = 0
            controlPlane.intercept = { _ in
                calls += 1
                throw HTTPRejection(.gone, "gone", "deleted")
            }
            controlPlane.releasePolls()
            try await eventually("the pause after it") { run.lines.pause("polling again") != nil }
            let pause = try #require(run.lines.pause("polling again"))
            #expect(pause >= AgentLimits.gonePauseMilliseconds / 2)
            #expect(calls <= 2, "one poll, and at most one report")
            #expect(run.runtime.running.count == 1)
        }
    }

    @Test @LoopActor func aMachineThatJoinedAnewPutsItsOldOrdersAsideQuietly() async throws {
        try await AgentRun.run { controlPlane, run in
            let former = DocumentStore(
                folder: run.folder.path("agent"), nodeID: NodeID(UUIDValue(high: 7, low: 7)),
                token: Redacted("token"))
            try FileIO.makeFolders(run.folder.path("agent"))
            try former.save(ScriptedControlPlane.document([Replicas.one()], revision: 1))
            run.start()
            try await eventually("a report") { controlPlane.last != nil }
            #expect(FileIO.isPresent(run.desiredPath + ".other-node"))
            #expect(!FileIO.isPresent(run.desiredPath))
            #expect(controlPlane.last?.conditions.isEmpty == true)
            #expect(run.lines.all.contains("was another node before"))
            #expect(!run.lines.all.contains("ERROR"))
        }
    }

    @Test @LoopActor func containersOfAnotherNodeIDAreNamedOnce() async throws {
        try await AgentRun.run { controlPlane, run in
            run.runtime.others = ["fledx-old-0-abcdef"]
            run.start()
            try await eventually("a report") { controlPlane.last != nil }
            try await eventually("the line") { run.lines.all.contains("docker rm -f fledx-old-0-abcdef") }
            #expect(run.agent.readiness.isEmpty)
        }
    }

    @Test @LoopActor func linesNameTheReplica() async throws {
        try await AgentRun.run { controlPlane, run in
            controlPlane.publish([Replicas.one()])
            run.start()
            try await eventually("it runs") { controlPlane.state(Replicas.one())?.state == .running }
            #expect(run.lines.all.contains("started app1/0 (c1)"))
            controlPlane.publish([], emptied: true)
            try await eventually("removed") { run.lines.all.contains("removed app1/0 (c1)") }
        }
    }

    /// A restarted control plane knows nothing of a node before its next report.
    @Test @LoopActor func aRestartedControlPlaneHearsTheNodeWithinTwoSeconds() async throws {
        try await AgentRun.run { controlPlane, run in
            controlPlane.publish([Replicas.one()])
            run.start()
            try await eventually("it runs") { controlPlane.state(Replicas.one())?.state == .running }
            await controlPlane.stop()
            let before = controlPlane.reports.count
            try controlPlane.start()
            try await eventually("a report", milliseconds: 2000) { controlPlane.reports.count > before }
            #expect(controlPlane.state(Replicas.one())?.state == .running)
        }
    }

    @Test(arguments: [
        ("http://cp.example:8080", "cp.example"), ("https://[fd00::1]:8443/x", "fd00::1"),
        ("http://192.0.2.1", "192.0.2.1"),
    ])
    func theHostOfAURLIsFound(_ url: String, _ host: String) {
        #expect(AdvertisedAddress.host(of: url) == host)
    }

    /// Nothing is awaited for it: a look-up of a name never stands before the containers.
    @Test func endpointsBeginWithTheAddressTowardsTheControlPlane() {
        #expect(AdvertisedAddress.first(controlPlaneURL: "http://127.0.0.1:8080") == "127.0.0.1")
        #expect(AdvertisedAddress.first(controlPlaneURL: "http://localhost:8080") == "127.0.0.1")
        let anywhere = SocketAddress(numericHost: "192.0.2.1", port: 443)
            .flatMap { SystemInfo.localAddress(towards: $0) }?.host
        #expect(AdvertisedAddress.first(controlPlaneURL: "http://192.0.2.1") == anywhere ?? "127.0.0.1")
        #expect(AdvertisedAddress.first(controlPlaneURL: "http://cp.invalid") == anywhere ?? "127.0.0.1")
    }

    private static let connections: [(String, String?)] = [
        ("192.0.2.7", "192.0.2.7"), ("127.0.0.3", "127.0.0.1"), ("::1", "127.0.0.1"),
        ("fd00::7", "[fd00::7]"), ("cp.example", nil), ("", nil),
    ]

    @Test(arguments: connections)
    func anAddressOfAConnectionIsShownAsAnEndpoint(_ local: String, _ shown: String?) {
        #expect(AdvertisedAddress.towards(local) == shown)
    }

    @Test @LoopActor func endpointsFollowTheAddressOfTheConnection() async throws {
        try await AgentRun.run { controlPlane, run in
            run.agent.firstAddress = { _ in "198.51.100.1" }
            controlPlane.publish([Replicas.one(hostPort: 8080)])
            run.start()
            try await eventually("the address of the connection") {
                controlPlane.state(Replicas.one())?.endpoints == ["127.0.0.1:8080"]
            }
        }
        try await AgentRun.run({ $0["FLEDX_AGENT_PUBLIC_HOST"] = "edge.example" }) { controlPlane, run in
            controlPlane.publish([Replicas.one(hostPort: 8080)])
            run.start()
            try await eventually("it runs") { controlPlane.state(Replicas.one())?.state == .running }
            #expect(controlPlane.state(Replicas.one())?.endpoints == ["edge.example:8080"])
        }
    }

    @Test func aTakenPortIsOneShortSentence() {
        let failure = DockerFailure(
            .portConflict(hostPort: 80), operation: "start container",
            detail: "driver failed programming external connectivity on endpoint x")
        #expect(FailureClass.of(failure).detail == "host port 80 is taken by another program")
    }

    @Test @LoopActor func aMissingSocketIsSaidInOneSentence() async throws {
        let folder = try TemporaryFolder()
        let path = folder.path("docker.sock")
        try await AgentRun.run { controlPlane, _ in
            let run = try AgentRun(controlPlane) { $0["FLEDX_AGENT_DOCKER_HOST"] = "unix://\(path)" }
            run.agent.makeRuntime = nil
            run.start()
            let words = "Docker cannot be reached: \(path) does not exist; is Docker running?"
            try await eventually("the reason") {
                controlPlane.last?.conditions.first?.message.hasPrefix(words) == true
            }
            #expect(!run.lines.all.contains("http://docker"))
            await run.stop()
        }
    }
}
