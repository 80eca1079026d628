import ClusterCore
import EventLoop
import Logging
import Model
import Synchronization
import Telemetry
import TestKit
import Testing

@testable import ControlPlane
@testable import HTTPServer

/// What a control plane logs, from `info` on.
@Suite(.onLoop) struct LogTests {
    @Test @LoopActor func theClusterIsToldByNameAndRequestsAreNot() async throws {
        let lines = Mutexed()
        try await TestPlane.with([:], log: { lines.logger($0) }) { plane in
            let node = try await plane.readyNode(#"{"name":"edge-1"}"#)
            _ = try await plane.declare(#"{"name":"web","image":"nginx:1"}"#)
            try await plane.reportRunning(node)
            #expect(try await plane.send("DELETE", "/api/v1/deployments/web").status == 204)
            #expect(try await plane.send("GET", "/api/v1/nodes/nobody").status == 404)
            let text = lines.text
            for words in [
                "node edge-1 registered", "node edge-1 is ready", "deployment web created",
                "web/0 placed on edge-1", "web/0 leaves edge-1: the deployment was deleted",
                "deployment web deleted",
            ] {
                #expect(text.contains(words), "\(words) is missing in:\n\(text)")
            }
            #expect(!text.contains("/api/v1/nodes/nobody"), "a refusal is nothing the log must show")
        }
    }

    @Test @LoopActor func failuresAndSlowRequestsAreShown() {
        #expect(AccessLog.level(of: Self.record(200)) == .debug)
        #expect(AccessLog.level(of: Self.record(404)) == .debug)
        #expect(AccessLog.level(of: Self.record(503)) == .warning)
        #expect(AccessLog.level(of: Self.record(200, seconds: 2)) == .info)
        #expect(AccessLog.level(of: Self.record(200, seconds: 30, "/x/desired-state")) == .debug)
    }

    private static func record(
        _ status: Int, seconds: UInt64 = 0, _ route: String = "/x"
    ) -> AccessRecord {
        AccessRecord(
            method: .get, path: route, route: route, status: HTTPStatus(status), requestID: "r", peer: "p",
            requestBytes: 0, responseBytes: 0, durationNanoseconds: seconds * 1_000_000_000, aborted: false)
    }
}

/// Lines of the tests' loggers.
private final class Mutexed: Sendable {
    private let lines = Mutex("")
    var text: String { lines.withLock { $0 } }

    func logger(_ target: String) -> Logger {
        LogOutput(
            filter: LogFilter(default: .info), format: .text,
            sink: { bytes in self.lines.withLock { $0 += String(decoding: bytes, as: UTF8.self) } },
            now: { Timestamp(milliseconds: 0) }
        ).logger(target)
    }
}
