import EventLoop
import SQLite
import TestKit
import Testing

@Suite(.onLoop)
struct CommitBarrierTests {
    private let failure = SQLiteFailure(.storageUnavailable, operation: "commit", detail: "test")

    @LoopActor private final class Log {
        var notes: [String] = []

        func note(_ text: String) -> @LoopActor (CommitOutcome) -> Void {
            { outcome in
                if case .committed = outcome {
                    self.notes.append(text)
                } else {
                    self.notes.append(text + " lost")
                }
            }
        }
    }

    @Test @LoopActor func clearBarrierReleasesAtOnce() {
        let barrier = CommitBarrier()
        let log = Log()
        #expect(barrier.isClear)
        barrier.release(at: 0, log.note("a"))
        #expect(log.notes == ["a"])
    }

    @Test @LoopActor func releasesInOrderOfNumbersThenArrival() {
        let barrier = CommitBarrier()
        let log = Log()
        for _ in 1...3 { _ = barrier.changeQueued() }
        barrier.release(at: 2, log.note("2a"))
        barrier.release(at: 3, log.note("3"))
        barrier.release(at: 1, log.note("1"))
        barrier.release(at: 2, log.note("2b"))
        barrier.changesCommitted(through: 2)
        #expect(log.notes == ["1", "2a", "2b"])
        #expect(barrier.waiterCount == 1)
        barrier.changesCommitted(through: 3)
        #expect(log.notes == ["1", "2a", "2b", "3"])
        #expect(barrier.waiterCount == 0)
    }

    @Test @LoopActor func actionsMayReleaseMoreWithoutOvertaking() {
        let barrier = CommitBarrier()
        let log = Log()
        let first = barrier.changeQueued()
        barrier.release(at: first) { _ in
            log.notes.append("a")
            barrier.release(at: first, log.note("c"))
            barrier.release(at: barrier.changeQueued(), log.note("d"))
        }
        barrier.release(at: first, log.note("b"))
        barrier.changesCommitted(through: first)
        #expect(log.notes == ["a", "b", "c"])
        barrier.changesCommitted(through: 2)
        #expect(log.notes == ["a", "b", "c", "d"])
    }

    @Test @LoopActor func lostNumbersStayLostAfterRecovery() {
        let barrier = CommitBarrier()
        let log = Log()
        let kept = barrier.changeQueued()
        barrier.changesCommitted(through: kept)
        let lost = barrier.changeQueued()
        barrier.release(at: lost, log.note("waiting"))
        barrier.changesLost(failure)
        barrier.release(at: lost, log.note("late"))
        barrier.release(at: barrier.sequence, log.note("ahead"))
        barrier.release(at: kept, log.note("kept"))
        #expect(!barrier.isClear)
        barrier.coreReloaded()
        #expect(barrier.isClear)
        barrier.release(at: lost, log.note("very late"))
        barrier.release(at: barrier.sequence, log.note("fresh"))
        #expect(log.notes == ["waiting lost", "late lost", "ahead lost", "kept", "very late lost", "fresh"])
    }

    @Test @LoopActor func manyLossesNeverLeakALostAnswer() {
        let barrier = CommitBarrier()
        let log = Log()
        var lost: [UInt64] = []
        for _ in 0..<100 {
            lost.append(barrier.changeQueued())
            barrier.changesLost(failure)
            barrier.coreReloaded()
            barrier.changesCommitted(through: barrier.changeQueued())
        }
        for sequence in lost { barrier.release(at: sequence, log.note("x")) }
        #expect(log.notes == [String](repeating: "x lost", count: 100))
        #expect(barrier.isClear)
    }

    @Test @LoopActor func waitingTaskIsResumedByCommitLossOrCancellation() async throws {
        let barrier = CommitBarrier()
        let first = barrier.changeQueued()
        let committed = Task { @LoopActor in try await barrier.wait(for: first) }
        await LoopActor.pass()
        barrier.changesCommitted(through: first)
        try await committed.value
        let second = barrier.changeQueued()
        let cancelled = Task { @LoopActor in try await barrier.wait(for: second) }
        let lost = Task { @LoopActor in try await barrier.wait(for: second) }
        await LoopActor.pass()
        cancelled.cancel()
        await #expect(throws: CancellationError.self) { try await cancelled.value }
        barrier.changesLost(failure)
        await #expect(throws: SQLiteFailure.self) { try await lost.value }
    }
}
