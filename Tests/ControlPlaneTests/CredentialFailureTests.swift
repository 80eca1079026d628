import EventLoop
import Model
import TestKit
import Testing

@testable import ControlPlane

@Suite(.onLoop) struct CredentialFailureTests {
    @Test @LoopActor func aFloodOfWrongTokensNeverHoldsBackAGoodOne() async throws {
        try await TestPlane.with { plane in
            var statuses: [Int] = []
            for _ in 0...ControlPlaneLimits.failedCredentialsPerMinute {
                statuses.append(try await plane.send("GET", "/api/v1/nodes", token: "wrong").status)
            }
            #expect(statuses.dropLast().allSatisfy { $0 == 403 })
            #expect(statuses.last == 429)
            let limited = try await plane.send("GET", "/api/v1/nodes", token: "wrong")
            #expect(limited.code == "rate_limited")
            #expect(limited.headers["retry-after"] != nil)
            #expect(limited.headers["x-ratelimit-remaining"] == "0")
            #expect(try await plane.send("GET", "/api/v1/nodes").status == 200)
            let node = try await plane.readyNode()
            #expect(try await plane.report(node).status == 200)
        }
    }

    @Test @LoopActor func strangersCannotStarveEnrolment() async throws {
        let settings = ["FLEDX_CP_REGISTRATION_RATE_LIMIT_PER_MINUTE": "3"]
        try await TestPlane.with(settings) { plane in
            var statuses: [Int] = []
            for _ in 0..<5 {
                statuses.append(
                    try await plane.send("POST", "/api/v1/nodes/register", token: "wrong", json: "{}").status)
            }
            #expect(statuses == [401, 401, 401, 429, 429])
            for _ in 0..<5 { _ = try await plane.register() }
        }
    }

    @Test @LoopActor func zeroLeavesRegistrationUnlimited() async throws {
        try await TestPlane.with(["FLEDX_CP_REGISTRATION_RATE_LIMIT_PER_MINUTE": "0"]) { plane in
            for _ in 0..<40 {
                let answer = try await plane.send("POST", "/api/v1/nodes/register", token: "no", json: "{}")
                #expect(answer.status == 401)
            }
        }
    }

    @Test func everyAddressHasItsOwnCountUpToTheBound() {
        var limiter = FailureLimiter(perMinute: 1)
        let now = MonotonicInstant(milliseconds: 1_000)
        #expect(limiter.failed("a", now: now) == nil)
        #expect(limiter.failed("b", now: now) == nil)
        #expect(limiter.failed("a", now: now) == FailureLimiter.Excess(limit: 1, secondsLeft: 60))
        let later = now.adding(milliseconds: 59_500)
        #expect(limiter.failed("a", now: later) == FailureLimiter.Excess(limit: 1, secondsLeft: 1))
        #expect(limiter.failed("a", now: now.adding(milliseconds: 60_000)) == nil)

        var full = FailureLimiter(perMinute: 1)
        for number in 0..<ControlPlaneLimits.countedAddresses { _ = full.failed("\(number)", now: now) }
        #expect(full.failed("one more", now: now) == nil)
        #expect(full.failed("and another", now: now) != nil)
    }

    @Test(arguments: [
        ("192.0.2.1:5", "10.0.0.1", "192.0.2.1"), ("10.0.0.9:5", "203.0.113.7", "203.0.113.7"),
        ("10.0.0.9:5", "1.1.1.1, 203.0.113.7, 10.1.1.1", "203.0.113.7"), ("10.0.0.9:5", "", "10.0.0.9"),
        ("10.0.0.9:5", "unknown", "10.0.0.9"), ("10.0.0.9:5", "203.0.113.7, secret", "10.0.0.9"),
        ("10.0.0.9:5", "10.2.2.2, 10.1.1.1", "10.2.2.2"),
        ("[2001:db8::1]:5", "[2001:db9::7]:443", "2001:db9::7"),
    ])
    func onlyTrustedPeersAreBelieved(peer: String, said: String, client: String) throws {
        let ranges = try ["10.0.0.0/8", "2001:db8::/32"].map { try #require(AddressRange($0)) }
        let clients = ClientAddress(trusting: ranges)
        #expect(clients.client(peer: peer, headers: ["x-forwarded-for": said]) == client)
    }

    @Test func forwardedIsReadBeforeItsPredecessor() throws {
        let clients = ClientAddress(trusting: [try #require(AddressRange("10.0.0.9"))])
        let headers = HTTPHeaders([
            ("forwarded", "for=1.2.3.4;proto=http, For=\"[2001:db8:cafe::17]:4711\";by=x"),
            ("x-forwarded-for", "9.9.9.9"),
        ])
        #expect(clients.client(peer: "10.0.0.9:1", headers: headers) == "2001:db8:cafe::17")
    }

    @Test(arguments: ["", "10.0.0.0/33", "10.0.0.0/", "10.0.0.0/-1", "ten", "::/129", "1.2.3/8"])
    func faultyRangesAreNone(text: String) { #expect(AddressRange(text) == nil) }

    @Test func rangesHoldWhatTheySay() throws {
        let odd = try #require(AddressRange("192.168.128.0/17"))
        #expect(odd.contains(try #require(IPAddress("192.168.200.1"))))
        #expect(!odd.contains(try #require(IPAddress("192.168.127.255"))))
        let all = try #require(AddressRange("::/0"))
        #expect(all.contains(try #require(IPAddress("fe80::1"))))
        let host = try #require(AddressRange("::1"))
        #expect(host.contains(try #require(IPAddress("0:0::1"))))
        #expect(!host.contains(try #require(IPAddress("::2"))))
    }

    @Test @LoopActor func refusedCredentialsAreCountedTogether() async throws {
        let settings = ["FLEDX_CP_TRUSTED_PROXIES": "127.0.0.1"]
        try await TestPlane.with(settings) { plane in
            let reader = try await plane.token(#"{"name":"eye","role":"read_only"}"#)
            for _ in 0..<3 {
                let headers = [("x-forwarded-for", "203.0.113.7")]
                _ = try await plane.send("GET", "/api/v1/nodes", token: "wrong", headers: headers)
            }
            _ = try await plane.send("GET", "/api/v1/nodes", token: nil)
            _ = try await plane.send("POST", "/api/v1/backup", token: nil)
            _ = try await plane.send("POST", "/api/v1/deployments", token: reader.token, json: "{}")
            plane.plane.audit.flush()
            var entries = try await plane.audit("&status=failure")
            for _ in 0..<10_000 where entries.isEmpty { entries = try await plane.audit("&status=failure") }
            let wrong = try #require(entries.first { $0.code == "unknown_credential" })
            #expect(wrong.count == 3)
            #expect(wrong.action == "auth")
            #expect(wrong.client == "203.0.113.7")
            #expect(wrong.payload == "GET /api/v1/nodes")
            #expect(entries.contains { $0.code == "missing_credential" && $0.client == "127.0.0.1" })
            let scope = try #require(entries.first { $0.code == "missing_scope" })
            #expect(scope.action == "authz")
            #expect(scope.actor == "eye")
        }
    }

    @Test func strangersMakeABoundedNumberOfEntries() {
        var refused = RefusedCredentials()
        for number in 0..<(ControlPlaneLimits.countedGroups + 50) {
            refused.add(.init(client: "\(number)", route: "GET /", fault: .unknown))
        }
        let entries = refused.take(at: Timestamp(milliseconds: 0))
        #expect(entries.count == ControlPlaneLimits.countedGroups + 1)
        #expect(entries.last?.count == 50)
        #expect(refused.isEmpty)
    }
}
