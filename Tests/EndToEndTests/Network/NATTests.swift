import EventLoop
import JSON
import Model
import TestKit
import Testing

/// An agent behind a router with address translation: nothing reaches it, and everything works.
@Suite(.onLoop, .serialized) struct NATTests {
    @Test @LoopActor func everythingReachesANodeThatNobodyCanReach() async throws {
        try await NATThread.run { thread in
            let (network, programs) = (thread.network, thread.programs)
            let listener = try Listener.tcp(host: network.insideAddress, port: 0) { $0.close() }
            defer { listener.close() }
            let knock = "timeout 2 bash -c '</dev/tcp/\(network.insideAddress)/\(listener.port)'"
            try await network.inRouter(knock)
            await #expect(throws: NATNetwork.Failure.self) { try await network.inBeyond(knock) }

            try await thread.declare("web", replicas: 2)
            #expect(try await thread.figure(#"control_plane_pushes_total{result="applied"}"#) >= 1)
            #expect(try await thread.tunnel()["peer"]?.stringValue?.hasPrefix(network.routerAddress) == true)

            let logs = try await programs.fledx(["deployments", "logs", "web"])
            #expect(Set(logs.output.split(separator: "\n")) == Self.greetings, "\(logs)")
            let exec = try await programs.fledx([
                "deployments", "exec", "web", "--", "sh", "-c", "echo out; exit 7",
            ])
            #expect(exec.code == 7 && exec.output == "out\n", "\(exec)")
            let page = try await programs.curl([programs.url + "/relay/agent/web/80/"])
            #expect(page.output.hasSuffix("version 1\n"), "\(page)")
            let shown = try await programs.fledx(["relay", "agent", "web:80", "/"])
            #expect(shown.code == 0 && shown.output == page.output, "\(shown)")
            let missing = try await programs.fledx(["relay", "agent", "web:80", "/none"])
            #expect(missing.code == 1 && missing.errors.contains("404"), "\(missing)")

            let forward = try programs.startFledx(["deployments", "port-forward", "web", "8099:80"])
            defer { forward.signal() }
            try await programs.eventually("the forwarded port answers") {
                try await programs.curl(["http://127.0.0.1:8099/"]).output.hasSuffix("version 1\n")
            }
        }
    }

    private nonisolated static let greetings: Set<Substring> = [
        "web/0 | serving version 1", "web/1 | serving version 1",
    ]

    @Test @LoopActor func aTableThatIsFlushedAndAnAddressThatChangesTouchNoContainer() async throws {
        let settings = [
            "FLEDX_CP_TUNNEL_HEARTBEAT_INTERVAL_SECS": "2", "FLEDX_CP_TUNNEL_HEARTBEAT_TIMEOUT_SECS": "60",
        ]
        try await NATThread.run(plane: settings) { thread in
            try await thread.declare("web")
            let before = try await Containers.of("web", on: thread.docker).runningIDs
            for _ in 0..<3 {
                try await thread.network.inRouter("conntrack -F")
                try await thread.awaitExec("web")
            }
            for _ in 0..<3 {
                try await thread.network.moveRouter()
                let address = thread.network.routerAddress
                try await thread.programs.eventually("the node has come from its new address", seconds: 120) {
                    try await thread.tunnel()["peer"]?.stringValue?.hasPrefix(address) == true
                }
                try await thread.awaitExec("web")
            }
            #expect(try await thread.figure("control_plane_tunnels") == 1)
            #expect(try await Containers.of("web", on: thread.docker).runningIDs == before)
        }
    }

    @Test @LoopActor func everythingWorksWithAThirdOfThePacketsLost() async throws {
        try await NATThread.run { thread in
            try await thread.declare("web")
            let before = try await Containers.of("web", on: thread.docker).runningIDs
            try await thread.network.inRouter(Self.loss("-I"))
            try await thread.declare("more", replicas: 2)
            try await thread.awaitExec("more", seconds: 90)
            let page = try await thread.programs.curl([thread.programs.url + "/relay/agent/web/80/"])
            #expect(page.output.hasSuffix("version 1\n"), "\(page)")
            let node = try await thread.programs.call(.get, "/api/v1/nodes/agent").1
            #expect(node["status"]?.stringValue == "ready", "\(node.encoded())")
            // A node at rest says little, so that little of it may have been lost by now.
            for _ in 0..<50 where try await Self.lost(thread) <= 10 {
                try await thread.awaitExec("more", seconds: 90)
            }
            #expect(try await Self.lost(thread) > 10)
            try await thread.network.inRouter(Self.loss("-D"))
            #expect(try await Containers.of("web", on: thread.docker).runningIDs == before)
        }
    }

    /// How many packets the first rule has dropped.
    @LoopActor private static func lost(_ thread: NATThread) async throws -> Int {
        let rule = try await thread.network.inRouter("iptables -nvxL FORWARD 1")
        return try #require(rule.split(separator: " ").first.flatMap { Int($0) }, "\(rule)")
    }

    private nonisolated static func loss(_ action: String) -> String {
        "iptables \(action) FORWARD -m statistic --mode random --probability 0.3 -j DROP"
    }

    @Test @LoopActor func aCutThatNobodyTellsOfIsNoticedByBothEnds() async throws {
        let settings = [
            "FLEDX_CP_TUNNEL_HEARTBEAT_INTERVAL_SECS": "1", "FLEDX_CP_TUNNEL_HEARTBEAT_TIMEOUT_SECS": "4",
        ]
        try await NATThread.run(plane: settings) { thread in
            try await thread.declare("web")
            let before = try await Containers.of("web", on: thread.docker).runningIDs
            let forward = try thread.programs.startFledx(["deployments", "logs", "web", "--follow"])
            try await thread.programs.eventually("its words come") {
                forward.outputSoFar == "serving version 1\n"
            }
            try await thread.network.inRouter("iptables -I FORWARD -j DROP")
            let cut = EventLoop.now
            try await thread.programs.eventually("the control plane knows", seconds: 15) {
                try await thread.tunnel()["connected"]?.boolValue == false
            }
            #expect(EventLoop.now.milliseconds(since: cut) >= 3_000, "an end was told of")
            try await thread.programs.eventually("the agent knows", seconds: 15) {
                thread.programs.agent?.errorsSoFar.contains("the tunnel has ended") == true
            }
            let refused = try await thread.programs.call(
                .post, "/api/v1/deployments/web/exec", #"{"command":["id"]}"#)
            #expect(refused.0 == 503 && refused.1["code"]?.stringValue == "tunnel_unavailable")
            let end = try await BlockingPool.run { try forward.wait(seconds: 10) }
            #expect(end.code != 0, "a stream that broke is not one that ended")
            try await thread.network.inRouter("iptables -D FORWARD -j DROP")
            try await thread.awaitTunnel()
            try await thread.awaitExec("web")
            #expect(try await Containers.of("web", on: thread.docker).runningIDs == before)
        }
    }
}
