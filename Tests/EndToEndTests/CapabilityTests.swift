import EventLoop
import HTTPClient
import JSON
import Model
import TestKit
import Testing

/// A declaration that an agent is too old for waits for one that is not; nothing starts with less than declared.
@Suite(.onLoop, .serialized) struct CapabilityTests {
    @Test @LoopActor func aReplicaWaitsForAnAgentThatKnowsHow() async throws {
        guard let docker = try await PrivateDocker.shared() else { return }
        let image = try await docker.image()
        let programs = try Programs(dockerHost: docker.host)
        defer { programs.end() }
        try await programs.startControlPlane()
        let old = try await OldAgent(programs)
        defer { old.close() }
        try await old.report()
        let body =
            #"{"name":"capable","image":"\#(image)","replicas":1,"cap_drop":["NET_RAW"],"#
            + #""strategy":{"healthy_after_secs":0}}"#
        #expect(try await programs.call(.post, "/api/v1/deployments", body).0 == 201)
        // What needs nothing new is given to it at once.
        #expect(
            try await programs.call(
                .post, "/api/v1/deployments", KillTests.body("plain", image, replicas: 1)
            ).0 == 201)
        try await programs.eventually("the reason is told, and the other one is given to it") {
            let detail = try await programs.call(.get, "/api/v1/deployments/capable").1
            let reasons = (detail["instances"]?.arrayValue ?? []).compactMap { $0["reason"]?.stringValue }
                .joined()
            let orders = try await old.orders()
            guard reasons.contains("agent_too_old: cap_drop"), orders.contains("plain") else {
                throw Programs.Failure(description: "\(reasons); \(orders.prefix(600))")
            }
            return true
        }
        #expect(try await !old.orders().contains("capable"))
        try programs.startAgent()
        try await programs.awaitRunning("capable", replicas: 1)
        #expect(try await Containers.of("capable", on: docker).running.count == 1)
    }
}

/// A node that speaks as an agent of long ago: it announces nothing.
@LoopActor
private final class OldAgent {
    private let programs: Programs
    private let http = HTTPClient()
    private let path: String
    private let token: String
    private var sequence = 0

    init(_ programs: Programs) async throws {
        self.programs = programs
        var request = HTTPClientRequest(.post, "\(programs.url)/api/v1/nodes/register")
        request.headers.append(
            "authorization", "Bearer \(try programs.secret("FLEDX_CP_REGISTRATION_TOKEN"))")
        request.headers.append("content-type", "application/json")
        request.body = .bytes(Array(#"{"name":"old"}"#.utf8))
        let answer = try JSONNode.parse(try await http.request(request).body)
        let id = try #require(answer["node_id"]?.stringValue)
        token = try #require(answer["node_token"]?.stringValue)
        path = "/api/v1/nodes/\(id)"
    }

    func close() { http.close() }

    func report() async throws {
        sequence += 1
        let body =
            #"{"boot_id":"750e8400-e29b-41d4-a716-446655440000","seq":\#(sequence),"full":true,"#
            + #""node_status":"ready","timestamp":"\#(Timestamp(milliseconds: SystemTimeSource().now().wall.milliseconds))","#
            + #""inventory":{"arch":"x86_64","os":"linux","labels":{},"#
            + #""capacity":{"cpu_millis":4000,"memory_bytes":8589934592}},"containers":[]}"#
        let (status, text) = try await ask(.post, "/heartbeats", body)
        #expect(status == 200, "\(text)")
    }

    /// What it is told to run.
    func orders() async throws -> String { try await ask(.get, "/desired-state?wait=0", nil).1 }

    private func ask(_ method: HTTPMethod, _ target: String, _ body: String?) async throws -> (Int, String) {
        var request = HTTPClientRequest(method, programs.url + path + target)
        request.headers.append("authorization", "Bearer \(token)")
        request.headers.append("x-agent-version", "0.1.0")
        if let body {
            request.headers.append("content-type", "application/json")
            request.body = .bytes(Array(body.utf8))
        }
        let answer = try await http.request(request)
        return (answer.head.status.code, String(decoding: answer.body, as: UTF8.self))
    }
}
