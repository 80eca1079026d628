import EventLoop
import JSON
import Model
import TestKit
import Testing

@testable import ControlPlane

/// Heartbeats and documents.
@Suite(.onLoop) struct AgentRouteTests {
    @Test @LoopActor func aReportIsAcknowledged() async throws {
        try await TestPlane.with { plane in
            let node = try await plane.register()
            let report = NodeReport(bootID: BootID(UUIDValue(randomHigh: 1, randomLow: 1)), sequence: 7)
            let response = try await plane.report(node, report)
            #expect(response.status == 200)
            #expect(response.headers["x-agent-compat-min"] == Version.minSupportedAgent)
            let answer: HeartbeatResponse = try response.decode()
            #expect(
                answer
                    == HeartbeatResponse(ack: 7, wantFull: false, headRevision: 0, heartbeatIntervalSecs: 30))
        }
    }

    @Test(arguments: [
        (#"{"#, 400, "bad_request"), (#"{"node_status":"ready"} x"#, 400, "bad_request"),
        (#"{}"#, 422, "invalid"), (#"{"node_status":"well"}"#, 422, "invalid"),
        (#"{"node_status":"ready","unknown":[1,{"a":2}]}"#, 200, nil),
    ])
    @LoopActor func reportsAreReadStrictlyButUnknownKeysAreIgnored(
        body: String, status: Int, code: String?
    ) async throws {
        try await TestPlane.with { plane in
            let node = try await plane.register()
            let response = try await plane.send(
                "POST", "\(node.path)/heartbeats", token: node.token, json: body)
            #expect(response.status == status, "\(response.text)")
            #expect(response.code == code)
        }
    }

    @Test @LoopActor func aReportBeyondTheLimitIsTooLarge() async throws {
        try await TestPlane.with(["FLEDX_CP_LIMITS_HEARTBEAT_BODY_BYTES": "2048"]) { plane in
            let node = try await plane.register()
            let body = #"{"node_status":"ready","x":"\#(String(repeating: "a", count: 3_000))"}"#
            let response = try await plane.send(
                "POST", "\(node.path)/heartbeats", token: node.token, json: body)
            #expect(response.status == 413)
        }
    }

    @Test @LoopActor func theDocumentHasATagAndIsNotSentTwice() async throws {
        try await TestPlane.with { plane in
            let node = try await plane.readyNode()
            _ = try await plane.declare(BarrierTests.web)
            let (document, tag) = try await plane.document(node)
            #expect(tag == "\"\(document.epoch).\(document.revision)\"")
            #expect(document.headRevision == document.revision)
            #expect(document.deployments.map(\.name) == ["web"])
            for value in [tag, "W/\(tag)", "\"x\", \(tag)", "*"] {
                let response = try await plane.send(
                    "GET", "\(node.path)/desired-state", token: node.token,
                    headers: [("if-none-match", value)])
                #expect(response.status == 304)
                #expect(response.body.isEmpty)
                #expect(response.headers["etag"] == tag)
            }
        }
    }

    @Test @LoopActor func aLongPollIsAnsweredWhenThereIsANewDocument() async throws {
        try await TestPlane.with { plane in
            let node = try await plane.readyNode()
            let (_, tag) = try await plane.document(node)
            let poll = try await plane.poll(node, tag)
            #expect(poll.received.isEmpty)
            _ = try await plane.declare(BarrierTests.web)
            let response = try await poll.response()
            #expect(response.status == 200)
            let document: DesiredStateDocument = try response.decode()
            #expect(document.deployments.map(\.name) == ["web"])
            #expect(plane.plane.polls.count == 0)
        }
    }

    @Test @LoopActor func aLongPollWithAnOldTagIsAnsweredAtOnce() async throws {
        try await TestPlane.with { plane in
            let node = try await plane.readyNode()
            for headers in [[], [("if-none-match", "\"x.1\"")]] {
                let response = try await plane.send(
                    "GET", "\(node.path)/desired-state?wait=60", token: node.token, headers: headers)
                #expect(response.status == 200)
            }
        }
    }

    @Test @LoopActor func ofOneNodeTheNewestPollsWait() async throws {
        try await TestPlane.with { plane in
            let node = try await plane.readyNode()
            let (_, tag) = try await plane.document(node)
            var polls: [TestExchange] = []
            for _ in 0...ControlPlaneLimits.pollsPerNode { polls.append(try await plane.poll(node, tag)) }
            #expect(try await polls[0].response().status == 304)
            #expect(plane.plane.polls.count == ControlPlaneLimits.pollsPerNode)
            #expect(polls[1].received.isEmpty)
        }
    }

    @Test @LoopActor func aGracefulStopAnswersWaitingPolls() async throws {
        let plane = try await TestPlane.start()
        let node = try await plane.readyNode()
        let (_, tag) = try await plane.document(node)
        let poll = try await plane.poll(node, tag)
        try await plane.stop()
        #expect(try await poll.response().status == 304)
    }

    @Test @LoopActor func aPollThatIsGivenUpIsForgotten() {
        let polls = LongPolls()
        var answers = 0
        let id = NodeID(UUIDValue(randomHigh: 1, randomLow: 1))
        let holder = NodeTokenIndex.Holder(
            nodeID: id, tokenID: TokenID(UUIDValue(randomHigh: 1, randomLow: 2)), expiresAt: nil)
        let poll = polls.wait(holder, milliseconds: 60_000) { answers += 1 }
        #expect(poll != nil)
        if let poll { polls.cancel(poll) }
        polls.wake(id)
        #expect(polls.count == 0)
        #expect(answers == 0)
        polls.close()
        #expect(polls.wait(holder, milliseconds: 1) {} == nil, "nothing waits while the process stops")
    }

    @Test @LoopActor func theWaitIsBounded() async throws {
        try await TestPlane.with { plane in
            let node = try await plane.register()
            for wait in ["61", "-1", "x"] {
                let response = try await plane.send(
                    "GET", "\(node.path)/desired-state?wait=\(wait)", token: node.token)
                #expect(response.status == 400)
            }
        }
    }

    @Test @LoopActor func agentsOutsideTheWindowGetNoDocumentButAreHeard() async throws {
        let strict = ["FLEDX_CP_COMPATIBILITY_MIN_AGENT_VERSION": "0.1.0"]
        try await TestPlane.with(strict) { plane in
            let node = try await plane.register()
            for version in ["0.0.9", "9.0.0", "0.1.0-rc.1", "newest"] {
                let headers = [("x-agent-version", version)]
                let document = try await plane.send(
                    "GET", "\(node.path)/desired-state", token: node.token, headers: headers)
                #expect(document.status == 426)
                #expect(document.code == "unsupported_agent_version")
                let report = try await plane.send(
                    "POST", "\(node.path)/heartbeats", token: node.token, json: #"{"node_status":"ready"}"#,
                    headers: headers)
                #expect(report.status == 200)
            }
        }
        try await TestPlane.with(["FLEDX_CP_FEATURES_ENFORCE_AGENT_COMPATIBILITY": "false"]) { plane in
            let node = try await plane.register()
            let document = try await plane.send(
                "GET", "\(node.path)/desired-state", token: node.token,
                headers: [("x-agent-version", "0.0.1")])
            #expect(document.status == 200)
        }
    }
}

extension TestPlane {
    /// Opens a long poll and returns once it waits.
    func poll(_ node: TestNode, _ tag: String) async throws -> TestExchange {
        let before = plane.polls.total
        let poll = try await begin(
            "GET", "\(node.path)/desired-state?wait=60", token: node.token, headers: [("if-none-match", tag)])
        for _ in 0..<100_000 where plane.polls.total == before { await LoopActor.pass() }
        try #require(plane.polls.total > before)
        return poll
    }
}
