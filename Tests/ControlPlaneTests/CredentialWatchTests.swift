import EventLoop
import Model
import TestKit
import Testing

@testable import ControlPlane

/// What was opened with a credential ends when the credential does.
@Suite(.onLoop) struct CredentialWatchTests {
    @Test @LoopActor func itLooksInTheMomentACredentialEnds() async throws {
        let clock = SystemTimeSource()
        let watch = CredentialWatch(clock: clock)
        let end = clock.now().wall.adding(milliseconds: 60)
        let looked = OneShot<[Timestamp]>()
        var looks: [Timestamp] = []
        watch.onLook = {
            looks.append(clock.now().wall)
            guard let last = looks.last, last >= end else { return end }
            looked.succeed(looks)
            return nil
        }
        let late = Timer()
        late.start(afterMilliseconds: ControlPlaneLimits.credentialLookMilliseconds - 500) {
            looked.fail(LoopFailure(.deadline, operation: "look", detail: "it was not looked in time"))
        }
        watch.start()
        watch.opened(until: end.adding(milliseconds: 60_000))
        watch.opened(until: end)
        watch.opened(until: nil)
        let all = try await looked.wait()
        #expect((1...20).contains(all.count))
        watch.stop()
        late.close()
    }

    @Test @LoopActor func severalChangesAreOneLook() async throws {
        let watch = CredentialWatch(clock: SystemTimeSource())
        var looks = 0
        watch.onLook = {
            looks += 1
            return nil
        }
        for _ in 0..<10 { watch.credentialsChanged() }
        await LoopActor.pass()
        #expect(looks == 1)
    }

    @Test(arguments: [true, false])
    @LoopActor func aStreamOfEventsHasALastWord(_ isRevoked: Bool) async throws {
        try await TestPlane.with { plane in
            let end = SystemTimeSource().now().wall.adding(milliseconds: isRevoked ? 3_600_000 : 1_000)
            let made = try await plane.token(#"{"name":"eye","role":"read_only","expires_at":"\#(end)"}"#)
            let stream = try await plane.watch(token: made.token)
            try await stream.until("retry: 2000")
            let other = try await plane.watch()
            try await other.until("retry: 2000")
            if isRevoked {
                #expect(try await plane.send("DELETE", "/api/v1/operator-tokens/eye").status == 204)
            }
            let words = "the operator token 'eye' is not valid any more"
            try await stream.until("event: end\ndata: {\"error\":\"\(words)\",\"code\":\"forbidden\"}\n\n")
            #expect(isRevoked || SystemTimeSource().now().wall >= end)
            #expect(try await stream.response().status == 200)
            #expect(!other.text.contains("event: end"))
            #expect(plane.plane.watchers.count == 1)
        }
    }

    @Test @LoopActor func aPollEndsWithTheTokenItWaitsWith() async throws {
        try await TestPlane.with { plane in
            let node = try await plane.readyNode(#"{"name":"edge"}"#)
            let end = SystemTimeSource().now().wall.adding(milliseconds: 1_000)
            let made = try await plane.send(
                "POST", "/api/v1/nodes/edge/tokens", json: #"{"expires_at":"\#(end)"}"#)
            let short = TestNode(id: node.id, token: try made.decode(TokenCreated.self).token)
            let (_, tag) = try await plane.document(short)
            let poll = try await plane.poll(short, tag)
            let staying = try await plane.poll(node, tag)
            let answer = try await poll.response()
            #expect(answer.status == 401)
            #expect(answer.text.contains("expired"), "\(answer.text)")
            #expect(staying.received.isEmpty)
            #expect(plane.plane.polls.count == 1)
        }
    }
}
