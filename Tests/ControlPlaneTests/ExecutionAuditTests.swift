import EventLoop
import Glibc
import Model
import SQLite
import TestKit
import Testing
import Tunnel

@testable import ControlPlane

/// A command is written down before it begins, and whatever becomes of it afterwards.
@Suite(.onLoop) struct ExecutionAuditTests {
    private static let path = "/api/v1/deployments/web/exec"
    private static let date = #"{"command":["date"]}"#

    /// A control plane with a replica that a tunnel leads to.
    @LoopActor private static func with(
        hold: CommitHold = CommitHold(), _ body: @LoopActor (TestPlane, PlayedTunnel) async throws -> Void
    ) async throws {
        try await TestPlane.with(hold: hold) { plane in
            let node = try await plane.readyNode(#"{"name":"edge-1"}"#)
            _ = try await plane.declare(BarrierTests.web)
            let tunnel = try await PlayedTunnel.open(plane, node)
            defer { tunnel.close() }
            try await body(plane, tunnel)
        }
    }

    @Test @LoopActor func itsBeginningAndItsEndAreEntries() async throws {
        try await Self.with { plane, tunnel in
            let exchange = try await plane.begin("POST", Self.path, json: Self.date)
            try await eventually("the command has come") { tunnel.executions.count == 1 }
            let begun = try await plane.audit("&action=deployment.exec")
            #expect(begun.map(\.result) == [.begun], "durable before the agent heard of it")
            try await tunnel.end(tunnel.executions[0], output: "today")
            let answer = try await exchange.response()
            #expect(answer.status == 200 && answer.text.contains("today"), "\(answer.text)")
            try await eventually("its end is written down") {
                try await plane.audit("&action=deployment.exec").count == 2
            }
            let entries = try await plane.audit("&action=deployment.exec")
            #expect(entries.map(\.result) == [.success, .begun])
            #expect(Set(entries.map(\.requestID)).count == 1)
        }
    }

    @Test @LoopActor func whoeverLeavesBeforeTheAnswerIsAnEntryAndTheCommandEnds() async throws {
        try await Self.with { plane, tunnel in
            let request =
                "POST \(Self.path) HTTP/1.1\r\nhost: test\r\ncontent-type: application/json\r\n"
                + "authorization: Bearer \(TestPlane.operatorToken)\r\n"
                + "content-length: \(Self.date.utf8.count)\r\n\r\n\(Self.date)"
            let exchange = TestExchange(try Self.breakable(plane.plane.port), request)
            try await eventually("the command has come") { tunnel.executions.count == 1 }
            exchange.leave()
            try await eventually("it is written down that nobody waited") {
                try await plane.audit("&action=deployment.exec").count == 2
            }
            let entries = try await plane.audit("&action=deployment.exec")
            #expect(entries.map(\.result) == [.failure, .begun])
            #expect(entries.map(\.code) == ["abandoned", nil])
            #expect(Set(entries.map(\.requestID)).count == 1)
            #expect(Set(entries.map(\.resourceID)).count == 1 && entries[0].actor != nil)
            try await eventually("the agent hears that it is over") { tunnel.executions[0].isOver }
        }
    }

    /// A connection that ends with a reset, as one does that is broken off: a client that only has nothing more to say
    /// waits for its answer all the same.
    @LoopActor private static func breakable(_ port: UInt16) throws -> LoopStream {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        let status = unsafe withUnsafePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                unsafe connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        var atOnce = linger(l_onoff: 1, l_linger: 0)
        let size = socklen_t(MemoryLayout<linger>.size)
        let isSet = unsafe setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &atOnce, size)
        let stream = try LoopStream.adoptTCP(owning: descriptor)
        try #require(status == 0 && isSet == 0)
        return stream
    }

    @Test @LoopActor func whatCannotBeWrittenDownDoesNotBegin() async throws {
        let hold = CommitHold()
        try await Self.with(hold: hold) { plane, tunnel in
            hold.holdNext()
            let exchange = try await plane.begin("POST", Self.path, json: Self.date)
            await hold.waitUntilHeld()
            #expect(tunnel.executions.isEmpty, "not before its entry is durable")
            hold.letFail(SQLiteFailure(.full, operation: "test", detail: "no room"))
            let answer = try await exchange.response()
            #expect(answer.status == 503 && answer.code == "storage_unavailable", "\(answer.text)")
            #expect(tunnel.executions.isEmpty, "nothing was changed, as the answer says")
            try await plane.plane.recovery.untilHealed()
            #expect(try await plane.audit("&action=deployment.exec").allSatisfy { $0.result != .begun })
        }
    }

    @Test @LoopActor func aCommitThatFailsMeanwhileDoesNotDenyWhatWasDone() async throws {
        let hold = CommitHold()
        try await Self.with(hold: hold) { plane, tunnel in
            let exchange = try await plane.begin("POST", Self.path, json: Self.date)
            try await eventually("the command has come") { tunnel.executions.count == 1 }
            hold.holdNext()
            let change = try await plane.begin(
                "POST", "/api/v1/deployments", json: #"{"name":"b","image":"x"}"#)
            await hold.waitUntilHeld()
            try await tunnel.end(tunnel.executions[0], output: "done")
            let answer = try await exchange.response()
            #expect(answer.status == 200 && answer.text.contains("done"), "\(answer.text)")
            hold.letFail(SQLiteFailure(.full, operation: "test", detail: "no room"))
            #expect(try await change.response().status == 503)
        }
    }
}
