import EventLoop
import Model
import SQLite
import TestKit
import Testing

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
