import EventLoop
import Foundation
import SQLite
import TestKit
import Testing

// Serialized: held commits occupy threads of libuv's small pool.
@Suite(.onLoop, .serialized)
struct DatabaseWorkerTests {
    @Test @LoopActor func submissionsDuringACommitShareTheNextTransaction() async throws {
        try await WorkerFixture.run { fixture in
            let worker = fixture.worker
            fixture.hold.holdNext()
            try worker.submit(WorkerFixture.insert(0))
            await fixture.hold.waitUntilHeld()
            for id in 1...50 { #expect(try worker.submit(WorkerFixture.insert(id)) == UInt64(id + 1)) }
            #expect(worker.counters.transactions == 0)
            fixture.hold.letGo()
            try await worker.barrier.wait(for: worker.barrier.sequence)
            #expect(worker.counters.transactions == 2)
            #expect(worker.counters.submissions == 51)
            #expect(try await fixture.ids() == Array(0...50))
        }
    }

    @Test @LoopActor func nothingLeavesBeforeItsCommitAndThenInOrder() async throws {
        try await WorkerFixture.run { fixture in
            let worker = fixture.worker
            let reader = try await HistoryReader.open(path: fixture.folder.database)
            fixture.release("clear", at: worker.barrier.sequence)
            #expect(fixture.left == ["clear"])
            fixture.hold.holdNext()
            let first = try worker.submit(WorkerFixture.insert(1))
            fixture.release("reply 1", at: first)
            fixture.release("read 1", at: worker.barrier.sequence)
            await fixture.hold.waitUntilHeld()
            let second = try worker.submit(WorkerFixture.insert(2))
            fixture.release("reply 2", at: second)
            fixture.release("late 1", at: first)
            await LoopActor.pass()
            #expect(fixture.left == ["clear"])
            #expect(!worker.barrier.isClear)
            let seen = try await reader.read { try $0.query("SELECT id FROM item") { try $0.int(0) } }
            #expect(seen.isEmpty)
            fixture.hold.letGo()
            try await worker.barrier.wait(for: second)
            #expect(fixture.left == ["clear", "reply 1", "read 1", "late 1", "reply 2"])
            #expect(worker.barrier.isClear)
            try await reader.close()
        }
    }

    /// The files as they are while a commit is held are what a killed process leaves behind.
    @Test @LoopActor func killedProcessLeavesExactlyWhatWasAcknowledged() async throws {
        try await WorkerFixture.run { fixture in
            try await fixture.worker.commit(WorkerFixture.insert(1))
            fixture.hold.holdNext()
            try fixture.worker.submit(WorkerFixture.insert(2))
            await fixture.hold.waitUntilHeld()
            let after = try DatabaseFolder()
            for (name, bytes) in try fixture.folder.contents() where !name.hasSuffix("-shm") {
                try bytes.write(to: URL(fileURLWithPath: "\(after.path)/\(name)"))
            }
            let connection = try after.open()
            #expect(try connection.query("SELECT id FROM item") { try $0.int(0) } == [1])
        }
    }

    @Test @LoopActor func fullStoreLosesWhatWaitsAndRecoversWhenSpaceReturns() async throws {
        try await WorkerFixture.run { fixture in
            let worker = fixture.worker
            var failures: [SQLiteFailure] = []
            worker.onFailure = { failures.append($0) }
            try await worker.commit(WorkerFixture.insert(1))
            try await fixture.limitGrowth(pages: 2)
            let lost = try worker.submit(WorkerFixture.insert(2, bytes: 100_000))
            fixture.release("reply", at: lost)
            let waiting = await #expect(throws: SQLiteFailure.self) {
                try await worker.barrier.wait(for: lost)
            }
            #expect(waiting?.kind == .storageUnavailable)
            #expect((waiting?.cause as? SQLiteFailure)?.isFull == true)
            #expect(fixture.left == ["reply storage_unavailable"])
            #expect(failures.map(\.kind) == [.full])

            let refused = #expect(throws: SQLiteFailure.self) { try worker.submit(WorkerFixture.insert(3)) }
            #expect(refused?.kind == .storageUnavailable)
            fixture.release("read of lost state", at: worker.barrier.sequence)
            #expect(fixture.left.last == "read of lost state storage_unavailable")
            let stillFull = await #expect(throws: SQLiteFailure.self) { try await worker.probe() }
            #expect(stillFull?.isFull == true)

            #expect(try await fixture.ids() == [1])
            worker.coreReloaded()
            fixture.release("read of reloaded state", at: worker.barrier.sequence)
            #expect(fixture.left.last == "read of reloaded state")
            #expect(throws: SQLiteFailure.self) { try worker.admit() }

            try await fixture.limitGrowth(pages: 10_000)
            try await worker.probe()
            try await worker.commit(WorkerFixture.insert(4, bytes: 100_000))
            fixture.release("late reply", at: lost)
            #expect(fixture.left.last == "late reply storage_unavailable")
            #expect(try await fixture.ids() == [1, 4])
            #expect(failures.count == 1)
        }
    }

    @Test @LoopActor func changesQueuedBehindAFailedCommitAreLostWithIt() async throws {
        try await WorkerFixture.run { fixture in
            let worker = fixture.worker
            try await worker.commit(WorkerFixture.insert(1))
            fixture.hold.holdNext()
            let conflict = try worker.submit(WorkerFixture.insert(2) + WorkerFixture.insert(3))
            await fixture.hold.waitUntilHeld()
            let doomed = try worker.submit(WorkerFixture.insert(1))
            let behind = try worker.submit(WorkerFixture.insert(4))
            fixture.release("held", at: conflict)
            fixture.release("doomed", at: doomed)
            fixture.release("behind", at: behind)
            fixture.hold.letGo()
            await #expect(throws: SQLiteFailure.self) { try await worker.barrier.wait(for: behind) }
            #expect(fixture.left == ["held", "doomed storage_unavailable", "behind storage_unavailable"])
            #expect(try await fixture.ids() == [1, 2, 3])
        }
    }

    @Test @LoopActor func changesSubmittedDuringAFailingCommitAreNeverWritten() async throws {
        try await WorkerFixture.run { fixture in
            let worker = fixture.worker
            fixture.hold.holdNext()
            try worker.submit(WorkerFixture.insert(1))
            await fixture.hold.waitUntilHeld()
            let behind = try worker.submit(WorkerFixture.insert(2))
            worker.submitTelemetry(WorkerFixture.insert(3))
            fixture.release("behind", at: behind)
            fixture.hold.letFail(SQLiteFailure(.full, operation: "test", detail: "no room"))
            await #expect(throws: SQLiteFailure.self) { try await worker.barrier.wait(for: behind) }
            #expect(fixture.left == ["behind storage_unavailable"])
            #expect(worker.counters.droppedTelemetry == 1)
            worker.coreReloaded()
            try await worker.probe()
            try await worker.commit(WorkerFixture.insert(4))
            let ids = try await fixture.ids()
            #expect(ids == [4])
        }
    }

    @Test @LoopActor func probeBeforeReloadDoesNotReopen() async throws {
        try await WorkerFixture.run { fixture in
            let worker = fixture.worker
            await #expect(throws: SQLiteFailure.self) {
                try await worker.commit(WorkerFixture.insert(1) + WorkerFixture.insert(1))
            }
            try await worker.probe()
            #expect(throws: SQLiteFailure.self) { try worker.admit() }
            worker.coreReloaded()
            try await worker.commit(WorkerFixture.insert(1))
        }
    }

    @Test @LoopActor func telemetryIsDroppedSoThatDecisionsFit() async throws {
        try await WorkerFixture.run { fixture in
            let worker = fixture.worker
            try await fixture.limitGrowth(pages: 2)
            worker.submitTelemetry(WorkerFixture.insert(1, bytes: 200_000))
            try await worker.commit(WorkerFixture.insert(2))
            #expect(worker.counters.droppedTelemetry == 1)
            #expect(try await fixture.ids() == [2])
            worker.submitTelemetry(WorkerFixture.insert(3, bytes: 200_000))
            try await fixture.untilIdle()
            #expect(worker.counters.droppedTelemetry == 2)
            #expect(worker.counters.failures == 0)
        }
    }

    @Test @LoopActor func telemetryThatBreaksAConstraintIsLeftOutAlone() async throws {
        try await WorkerFixture.run { fixture in
            let worker = fixture.worker
            worker.submitTelemetry(WorkerFixture.insert(1))
            worker.submitTelemetry(WorkerFixture.insert(5) + WorkerFixture.insert(2))
            worker.submitTelemetry(WorkerFixture.insert(3))
            #expect(worker.barrier.isClear)
            try await worker.commit(WorkerFixture.insert(2))
            #expect(worker.counters.droppedTelemetry == 1)
            #expect(worker.counters.transactions == 1)
            #expect(try await fixture.ids() == [1, 2, 3])
        }
    }

    @Test @LoopActor func fullQueueRefusesAndKeepsWhatItHas() async throws {
        try await WorkerFixture.run {
            $0.queuedSubmissions = 3
        } _: { fixture in
            let worker = fixture.worker
            fixture.hold.holdNext()
            try worker.submit(WorkerFixture.insert(0))
            await fixture.hold.waitUntilHeld()
            for id in 1...3 { try worker.submit(WorkerFixture.insert(id)) }
            let refused = #expect(throws: SQLiteFailure.self) { try worker.submit(WorkerFixture.insert(4)) }
            #expect(refused?.kind == .storageBusy)
            #expect(refused?.retryable == true)
            worker.submitTelemetry(WorkerFixture.insert(5))
            #expect(worker.counters.droppedTelemetry == 1)
            fixture.hold.letGo()
            try await worker.barrier.wait(for: worker.barrier.sequence)
            #expect(try await fixture.ids() == [0, 1, 2, 3])
        }
    }

    @Test @LoopActor func injectedFailureBeforeTheCommitRollsBack() async throws {
        try await WorkerFixture.run {
            $0.beforeCommit = { throw SQLiteFailure(.inputOutput, operation: "test", detail: "no disk") }
        } _: { fixture in
            await #expect(throws: SQLiteFailure.self) {
                try await fixture.worker.commit(WorkerFixture.insert(1))
            }
            let ids = try await fixture.ids()
            #expect(ids.isEmpty)
            #expect(fixture.worker.counters.failures == 1)
        }
    }

    @Test @LoopActor func logIsCheckpointedByAJobOfItsOwn() async throws {
        try await WorkerFixture.run {
            $0.checkpointBytes = 300_000
        } _: { fixture in
            for id in 0..<8 { try await fixture.worker.commit(WorkerFixture.insert(id, bytes: 100_000)) }
            try await fixture.untilIdle()
            #expect((2...3).contains(fixture.worker.counters.checkpoints))
            #expect((try fixture.folder.contents()["fledx.db"]?.count ?? 0) > 500_000)
        }
    }

    @Test @LoopActor func transactionLeftOpenByAJobIsRolledBack() async throws {
        try await WorkerFixture.run { fixture in
            try await fixture.worker.perform { connection in
                _ = try connection.execute("BEGIN IMMEDIATE")
                _ = try connection.execute("INSERT INTO item VALUES (1, 'x')")
            }
            try await fixture.worker.commit(WorkerFixture.insert(2))
            #expect(try await fixture.ids() == [2])
        }
    }

    @Test @LoopActor func closingWritesWhatWasSubmittedAndRefusesMore() async throws {
        try await WorkerFixture.run { fixture in
            let worker = fixture.worker
            try worker.submit(WorkerFixture.insert(1))
            try await worker.close()
            let refused = #expect(throws: SQLiteFailure.self) { try worker.submit(WorkerFixture.insert(2)) }
            #expect(refused?.kind == .closed)
            await #expect(throws: SQLiteFailure.self) { try await worker.perform { _ in } }
            let connection = try fixture.folder.open()
            #expect(try connection.query("SELECT id FROM item") { try $0.int(0) } == [1])
        }
    }

    @Test @LoopActor func cancelledRunWritesWhatWasSubmitted() async throws {
        let folder = try DatabaseFolder()
        let worker = try await DatabaseWorker.open(WorkerOptions(path: folder.database))
        try await worker.perform {
            _ = try $0.execute("CREATE TABLE item (id INTEGER PRIMARY KEY, value BLOB)")
        }
        let running = Task { @LoopActor in await worker.run() }
        let sequence = try worker.submit(WorkerFixture.insert(1))
        running.cancel()
        await running.value
        try await worker.barrier.wait(for: sequence)
        #expect(throws: SQLiteFailure.self) { try worker.submit(WorkerFixture.insert(2)) }
        try await worker.close()
    }
}

extension WorkerFixture {
    /// Waits until nothing is queued or written.
    func untilIdle() async throws {
        for _ in 0..<3 {
            await LoopActor.pass()
            try await worker.perform { _ in }
        }
    }
}
