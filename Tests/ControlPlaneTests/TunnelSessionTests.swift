import EventLoop
import HTTPClient
import JSON
import Model
import TestKit
import Testing
import Tunnel

@testable import ControlPlane

/// Sessions of agents that are played: who is let in, who is sent away, and what each is told.
@Suite(.onLoop) struct TunnelSessionTests {
    @Test @LoopActor func twoAgentsWithOneIdentityAreTold() async throws {
        try await TestPlane.with { plane in
            let node = try await plane.readyNode(#"{"name":"edge"}"#)
            var statuses: [Int] = []
            for round in 0..<6 {
                let (answer, stream) = try await PlayedAgent.ask(
                    plane, node, boot: round.isMultiple(of: 2) ? "one" : "other", session: UInt64(round + 1))
                statuses.append(answer.status.code)
                stream.close()
                guard !answer.isSwitched else { continue }
                let body = try JSONNode.parse(answer.body)
                #expect(body["code"]?.stringValue == "duplicate_identity", "\(body.encoded())")
                #expect(answer.headers["retry-after"] == "\(ControlPlaneLimits.duplicateRetrySeconds)")
            }
            #expect(statuses == [101, 101, 101, 101, 101, 409])
            let detail = try await plane.send("GET", "/api/v1/nodes/edge").json()
            let types = detail["conditions"]?.arrayValue?.compactMap { $0["type"]?.stringValue } ?? []
            #expect(types.contains("duplicate_identity"), "\(detail.encoded())")
            let (kept, stream) = try await PlayedAgent.ask(plane, node, boot: "one", session: 99)
            #expect(kept.isSwitched, "the one that was there goes on")
            stream.close()
        }
    }

    @Test @LoopActor func aNewerSessionReplacesTheOldWhoseEndRemovesNothing() async throws {
        try await TestPlane.with { plane in
            let node = try await plane.readyNode(#"{"name":"edge"}"#)
            let first = try await PlayedAgent.open(plane, node, session: 1)
            try await Self.eventually { plane.plane.tunnels.readyCount == 1 }
            let second = try await PlayedAgent.open(plane, node, session: 2)
            try await Self.eventually { first.end != nil && plane.plane.tunnels.readyCount == 1 }
            let (stale, stream) = try await PlayedAgent.ask(plane, node, session: 1)
            stream.close()
            #expect(stale.status.code == 409)
            #expect(try JSONNode.parse(stale.body)["code"]?.stringValue == "stale_session")
            for _ in 0..<100 { await LoopActor.pass() }
            #expect(second.end == nil && plane.plane.tunnels.count == 1)
            let detail = try await plane.send("GET", "/api/v1/nodes/edge").json()
            #expect(detail["tunnel"]?["connected"]?.boolValue == true, "\(detail.encoded())")
            second.close()
            try await Self.eventually { plane.plane.tunnels.count == 0 }
        }
    }

    @Test @LoopActor func aTokenThatIsTakenBackTakesItsTunnelAlong() async throws {
        try await TestPlane.with { plane in
            let node = try await plane.readyNode(#"{"name":"edge"}"#)
            let kept = try await plane.readyNode(#"{"name":"other"}"#)
            let agent = try await PlayedAgent.open(plane, node)
            let other = try await PlayedAgent.open(plane, kept)
            try await Self.eventually { plane.plane.tunnels.readyCount == 2 }
            let rotated = try await plane.send(
                "POST", "/api/v1/nodes/edge/tokens", json: #"{"disable_existing":true}"#)
            #expect(rotated.status == 201, "\(rotated.text)")
            try await Self.eventually { agent.end != nil }
            #expect(other.end == nil && plane.plane.tunnels.readyCount == 1)
            other.close()
        }
    }

    @Test @LoopActor func aCrowdIsAskedToComeLater() async throws {
        try await TestPlane.with { plane in
            let node = try await plane.readyNode()
            plane.plane.tunnels.refusesAll = true
            var pauses: Set<Int> = []
            for session in 1...40 {
                let (answer, stream) = try await PlayedAgent.ask(plane, node, session: UInt64(session))
                stream.close()
                #expect(answer.status.code == 503)
                #expect(try JSONNode.parse(answer.body)["code"]?.stringValue == "too_many_tunnels")
                pauses.insert(try #require(answer.headers["retry-after"].flatMap { Int($0) }))
            }
            // Not all at the same time again.
            #expect(pauses.count > 1 && pauses.allSatisfy { (1...10).contains($0) }, "\(pauses)")
        }
    }

    @Test @LoopActor func whoStopsInGoodOrderSaysWhenToComeAgainAndEndsPolls() async throws {
        let plane = try await TestPlane.start()
        let node = try await plane.readyNode()
        let waiting = try await plane.readyNode()
        let (_, tag) = try await plane.document(waiting)
        let poll = try await plane.poll(waiting, tag)
        try await Self.eventually { plane.plane.polls.count == 1 }
        let agent = try await PlayedAgent.open(plane, node)
        try await Self.eventually { plane.plane.tunnels.readyCount == 1 }
        try await plane.stop()
        #expect(try await poll.response().status == 304)
        try await Self.eventually { agent.end != nil }
        let pause = try #require(try agent.said("reconnect")?["after_ms"]?.intValue)
        #expect(pause > 0 && pause <= Int64(ControlPlaneLimits.awaySpread))
    }

    @Test @LoopActor func aPushThatIsRefusedIsCounted() async throws {
        try await TestPlane.with { plane in
            let node = try await plane.readyNode()
            let agent = try await PlayedAgent.open(plane, node)
            agent.documentStatus = "409"
            try await Self.eventually { plane.plane.tunnels.readyCount == 1 }
            let before = plane.plane.tunnels.counters.pushesRefused
            _ = try await plane.declare(BarrierTests.web)
            try await Self.eventually { plane.plane.tunnels.counters.pushesRefused > before }
            #expect(agent.documents > 0)
            #expect(try agent.said("desired")?["head_revision"]?.intValue != nil)
            agent.documentStatus = "200"
            let pushed = plane.plane.tunnels.counters.pushed
            _ = try await plane.declare(#"{"name":"more","image":"nginx:1","replicas":1}"#)
            try await Self.eventually { plane.plane.tunnels.counters.pushed > pushed }
            agent.close()
        }
    }

    @Test @LoopActor func aNodeThatIsKnownNeedNotReport() async throws {
        try await TestPlane.with { plane in
            let node = try await plane.register()
            let boot = try #require(BootID("0190f3b2-0000-7000-8000-000000000001"))
            let new = try await PlayedAgent.open(plane, node, session: 1)
            try await Self.eventually { try new.said("hello") != nil }
            #expect(try new.said("hello")?["status_hash"] == nil, "nothing is known of it")
            new.close()
            #expect(try await plane.report(node, NodeReport(bootID: boot, sequence: 7)).status == 200)

            let told = "0190f3b2-0000-7000-8000-000000000001.7"
            let pings = plane.plane.tunnels.counters.pings
            let same = try await PlayedAgent.open(plane, node, session: 2, status: StatusHash(boot, 7))
            try await Self.eventually { plane.plane.tunnels.counters.pings == pings + 1 }
            #expect(try same.said("hello")?["status_hash"]?.stringValue == told)
            same.close()
            try await Self.eventually { plane.plane.tunnels.count == 0 }
            // One that has news says nothing of what it said before, one that said something else is no sign of life.
            for (session, status) in [(3, nil), (4, StatusHash(boot, 6))] {
                let other = try await PlayedAgent.open(plane, node, session: UInt64(session), status: status)
                try await Self.eventually {
                    try plane.plane.tunnels.readyCount == 1 && other.said("hello") != nil
                }
                #expect(try other.said("hello")?["status_hash"]?.stringValue == told)
                #expect(plane.plane.tunnels.counters.pings == pings + 1)
                #expect(other.end == nil)
                other.close()
                try await Self.eventually { plane.plane.tunnels.count == 0 }
            }
        }
    }

    @LoopActor private static func eventually(_ holds: @LoopActor () throws -> Bool) async throws {
        let end = EventLoop.now.adding(milliseconds: 20_000)
        while try !holds() {
            try #require(EventLoop.now < end)
            await LoopActor.pass()
        }
    }
}
