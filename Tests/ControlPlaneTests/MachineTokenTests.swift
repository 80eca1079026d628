import EventLoop
import Model
import TestKit
import Testing

@testable import ControlPlane

/// Tokens that machines show: to become nodes, and as nodes.
@Suite(.onLoop) struct MachineTokenTests {
    @Test @LoopActor func aRegistrationTokenRegistersAsManyNodesAsItMay() async throws {
        try await TestPlane.with { plane in
            let made = try await plane.registrationToken(#"{"name":"rack","max_uses":2}"#)
            for _ in 0..<2 {
                #expect(try await plane.join(with: made.token).status == 201)
            }
            let third = try await plane.join(with: made.token)
            #expect(third.status == 401)
            #expect(third.text.contains("as many nodes as it may"))
            let page: Page<RegistrationTokenView> = try await plane.send(
                "GET", "/api/v1/registration-tokens"
            ).decode()
            #expect(page.items.map(\.uses) == [2])
            #expect(page.items[0].lastUsed != nil)
            #expect(try await plane.join(with: TestPlane.registrationToken).status == 201)
        }
    }

    /// An answer that was lost does not cost a machine its place.
    @Test @LoopActor func aMachineAsksAgainWithATokenThatIsUsedUp() async throws {
        let plane = try await TestPlane.start()
        let made = try await plane.registrationToken(#"{"name":"one","max_uses":1}"#)
        let id = NodeID(UUIDValue(randomHigh: 5, randomLow: 6))
        let first = try await plane.join(with: made.token, #"{"node_id":"\#(id)"}"#)
        #expect(first.status == 201)
        try await plane.stop()
        let again = try await TestPlane.start(in: plane.folder)
        let repeated = try await again.join(with: made.token, #"{"node_id":"\#(id)"}"#)
        #expect(repeated.status == 201)
        let stranger = NodeID(UUIDValue(randomHigh: 7, randomLow: 8))
        #expect(try await again.join(with: made.token, #"{"node_id":"\#(stranger)"}"#).status == 401)
        let answer: RegistrationResponse = try repeated.decode()
        #expect(try await again.report(TestNode(id: id, token: answer.nodeToken)).status == 200)
        // From its first use on the node's own token is all it needs.
        #expect(try await again.join(with: made.token, #"{"node_id":"\#(id)"}"#).status == 409)
        try await again.stop()
    }

    @Test @LoopActor func registrationTokensExpireAndAreRevoked() async throws {
        let clock = MovableClock()
        try await TestPlane.with(clock: clock) { plane in
            let short = try await plane.registrationToken(#"{"name":"short","ttl_secs":30}"#)
            let other = try await plane.registrationToken(#"{"name":"other"}"#)
            #expect(try await plane.join(with: short.token).status == 201)
            clock.move(seconds: 31)
            let late = try await plane.join(with: short.token)
            #expect(late.status == 401)
            #expect(late.text.contains("expired"))
            #expect(try await plane.send("DELETE", "/api/v1/registration-tokens/other").status == 204)
            #expect(try await plane.join(with: other.token).status == 401)
        }
    }

    @Test @LoopActor func aNodeChangesItsTokenWithoutAPause() async throws {
        try await TestPlane.with { plane in
            let node = try await plane.readyNode(#"{"name":"edge"}"#)
            let made = try await plane.send("POST", "/api/v1/nodes/edge/tokens")
            #expect(made.status == 201, "\(made.text)")
            let created: TokenCreated = try made.decode()
            let renewed = TestNode(id: node.id, token: created.token)
            #expect(try await plane.report(renewed).status == 200)
            #expect(try await plane.report(node).status == 200)

            let list = try await plane.send("GET", "/api/v1/nodes/edge/tokens")
            #expect(!list.text.contains(created.token))
            let page: Page<NodeTokenView> = try list.decode()
            let old = try #require(page.items.first { $0.tokenID.uuid != created.tokenID })
            #expect(old.lastUsed != nil)
            let path = "/api/v1/nodes/edge/tokens/\(old.tokenID)"
            #expect(try await plane.send("DELETE", path).status == 204)
            #expect(try await plane.report(node).status == 401)
            #expect(try await plane.report(renewed).status == 200)
            #expect(try await plane.send("DELETE", path).status == 404)
        }
    }

    @Test @LoopActor func aPollWithARevokedTokenEndsAtOnce() async throws {
        try await TestPlane.with { plane in
            let node = try await plane.readyNode(#"{"name":"edge"}"#)
            let (_, tag) = try await plane.document(node)
            let poll = try await plane.begin(
                "GET", "\(node.path)/desired-state?wait=60", token: node.token,
                headers: [("if-none-match", tag)])
            try await plane.untilPolling()
            let started = EventLoop.now
            let rotated = try await plane.send(
                "POST", "/api/v1/nodes/edge/tokens", json: #"{"disable_existing":true}"#)
            #expect(rotated.status == 201)
            #expect(try await poll.response().status == 401)
            #expect(EventLoop.now.milliseconds(since: started) < 10_000)
        }
    }

    @Test @LoopActor func anExpiredNodeTokenIsRefused() async throws {
        let clock = MovableClock()
        try await TestPlane.with(clock: clock) { plane in
            let node = try await plane.readyNode(#"{"name":"edge"}"#)
            let end = clock.text(inSeconds: 30)
            let made: TokenCreated = try await plane.send(
                "POST", "/api/v1/nodes/edge/tokens", json: #"{"expires_at":"\#(end)"}"#
            ).decode()
            let short = TestNode(id: node.id, token: made.token)
            #expect(try await plane.report(short).status == 200)
            clock.move(seconds: 31)
            let late = try await plane.report(short)
            #expect(late.status == 401)
            #expect(late.text.contains("expired"))
            #expect(try await plane.report(node).status == 200)
        }
    }

    @Test @LoopActor func aNodeHasABoundedNumberOfTokens() async throws {
        try await TestPlane.with { plane in
            _ = try await plane.register(#"{"name":"edge"}"#)
            var statuses: [Int] = []
            for _ in 0..<17 {
                statuses.append(try await plane.send("POST", "/api/v1/nodes/edge/tokens").status)
            }
            #expect(statuses.filter { $0 == 201 }.count == 15)
            #expect(statuses.last == 422)
        }
    }
}

extension TestPlane {
    fileprivate func registrationToken(_ json: String) async throws -> TokenCreated {
        let response = try await send("POST", "/api/v1/registration-tokens", json: json)
        try #require(response.status == 201, "\(response.text)")
        return try response.decode()
    }

    fileprivate func join(with token: String, _ json: String = "{}") async throws -> TestResponse {
        try await send("POST", "/api/v1/nodes/register", token: token, json: json)
    }
}
