import AgentTestKit
import EventLoop
import HTTPServer
import JSON
import Model
import NodeCore
import TestKit
import Testing

@testable import Agent

/// What an operator who deletes a node says of its containers reaches the agent with every refusal.
@Suite(.onLoop) struct DeletionTests {
    private static func gone(_ members: [JSONMember]) throws -> HTTPReply {
        let words: [JSONMember] = [
            JSONMember(key: "error", value: "the node was deleted"), JSONMember(key: "code", value: "gone"),
            JSONMember(key: "request_id", value: "r"),
            JSONMember(key: "details", value: .array([JSONNode]())),
        ]
        return .now(HTTPResponse(.gone, json: JSONNode(.object(words + members)).encoded()))
    }

    private static func members(_ epoch: String?, _ containers: String?) -> [JSONMember] {
        [("epoch", epoch), ("containers", containers)].compactMap { key, value in
            value.map { JSONMember(key: key, value: .string($0)) }
        }
    }

    @Test @LoopActor func aNodeThatIsDeletedWithItsContainersTakesThemAwayForGood() async throws {
        try await AgentRun.run { controlPlane, run in
            controlPlane.publish([Replicas.one()])
            run.start()
            try await eventually("it runs") { controlPlane.state(Replicas.one())?.state == .running }
            let epoch = try #require(controlPlane.document).epoch
            let reply = Self.members("\(epoch)", "remove")
            controlPlane.intercept = { _ in try Self.gone(reply) }
            controlPlane.releasePolls()
            try await eventually("it is gone") { run.runtime.log.last == "remove c1" }
            #expect(run.runtime.log == ["pull app:1", "create app:1", "start c1", "stop c1", "remove c1"])
            #expect(run.agent.readiness.joined().contains("410"))
            #expect(run.lines.all.contains("this node's containers are removed"))
            // The next life finds no order to bring them back, nor does it forget that they shall go.
            let store = DocumentStore(
                folder: run.folder.path("agent"), nodeID: AgentRun.nodeID, token: Redacted(AgentRun.token))
            let kept = try #require(try store.load().document)
            #expect(kept.deployments.isEmpty && kept.revision == 2 && kept.emptiedBy?.revision == 2)
        }
    }

    private static let otherWords: [(epoch: String?, containers: String?)] = [
        ("own", "keep"), ("own", "burn"), ("own", nil), (nil, "remove"), ("not an epoch", "remove"),
        ("0190f3b2-0000-7000-8000-00000000000f", "remove"),
    ]

    @Test(arguments: otherWords)
    @LoopActor func nothingElseTakesAContainerAway(epoch: String?, containers: String?) async throws {
        try await AgentRun.run { controlPlane, run in
            controlPlane.publish([Replicas.one()])
            run.start()
            try await eventually("it runs") { controlPlane.state(Replicas.one())?.state == .running }
            let own = try #require(controlPlane.document).epoch
            let reply = Self.members(epoch == "own" ? "\(own)" : epoch, containers)
            controlPlane.intercept = { _ in try Self.gone(reply) }
            controlPlane.releasePolls()
            try await eventually("it was heard") { run.lines.pause("polling again") != nil }
            #expect(run.lines.all.contains("containers are left as they are"))
            #expect(run.runtime.running == [ContainerID("c1")])
            #expect(run.runtime.log == ["pull app:1", "create app:1", "start c1"])
        }
    }

    /// A dial alone takes nothing away, whatever it is answered; what is asked over REST decides.
    @Test @LoopActor func aDeletedNodesTunnelIsDialledSeldomAndTakesNothingAway() async throws {
        try await AgentRun.run { controlPlane, run in
            controlPlane.publish([Replicas.one()])
            let reply = Self.members("\(ScriptedControlPlane.epoch)", "remove")
            controlPlane.dialAnswer = { try Self.gone(reply) }
            run.start()
            try await eventually("it runs") { controlPlane.state(Replicas.one())?.state == .running }
            try await eventually("the pause after it") { run.lines.pause("dialling again") != nil }
            #expect(controlPlane.dials == 1)
            let pause = try #require(run.lines.pause("dialling again"))
            #expect(pause >= AgentLimits.gonePauseMilliseconds / 2)
            #expect(run.lines.all.contains("answered 410: the node was deleted"))
            #expect(run.runtime.log == ["pull app:1", "create app:1", "start c1"])
            #expect(run.agent.readiness.isEmpty)
        }
    }

    /// However long its pause is, a control plane that takes the node again is dialled at once.
    @Test @LoopActor func aRefusedTunnelIsDialledWhenTheControlPlaneTakesTheNodeAgain() async throws {
        try await AgentRun.run { controlPlane, run in
            controlPlane.dialAnswer = { try Self.gone([]) }
            run.start()
            try await eventually("a long pause") { run.lines.pause("dialling again") != nil }
            controlPlane.intercept = { _ in throw HTTPRejection(.unauthorized, "unauthorized", "no") }
            controlPlane.releasePolls()
            try await eventually("a fault") { !run.agent.readiness.isEmpty }
            #expect(controlPlane.dials == 1)
            controlPlane.intercept = nil
            try await eventually("it is dialled") { controlPlane.dials == 2 }
        }
    }
}
