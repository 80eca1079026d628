import EventLoop
import Model
import TestKit
import Testing

@Suite(.onLoop)
struct TimerTests {
    @Test @LoopActor func sleepWaitsAtLeastThatLong() async throws {
        let before = EventLoop.hrtimeNanoseconds
        try await LoopActor.sleep(milliseconds: 20)
        #expect(EventLoop.hrtimeNanoseconds - before >= 19_000_000)
    }

    @Test @LoopActor func cancelledSleepThrowsAtOnce() async throws {
        let before = EventLoop.hrtimeNanoseconds
        let task = Task { @LoopActor in try await LoopActor.sleep(milliseconds: 60_000) }
        await LoopActor.pass()
        task.cancel()
        await #expect(throws: CancellationError.self) { try await task.value }
        #expect(EventLoop.hrtimeNanoseconds - before < 10_000_000_000)
    }

    @Test @LoopActor func sleepOfACancelledTaskDoesNotStart() async throws {
        let task = Task { @LoopActor in
            while !Task.isCancelled { await LoopActor.pass() }
            try await LoopActor.sleep(milliseconds: 60_000)
        }
        task.cancel()
        await #expect(throws: CancellationError.self) { try await task.value }
    }

    @Test func sleepIsCancelledFromAnotherThread() async throws {
        let task = Task { try await LoopActor.sleep(milliseconds: 60_000) }
        await Task.detached { task.cancel() }.value
        await #expect(throws: CancellationError.self) { try await task.value }
    }

    @Test @LoopActor func timersFireInTheOrderTheyAreDue() async throws {
        let gate = Gate()
        var fired: [Int64] = []
        let timers = [Int64(15), 1, 8, 1].enumerated().map { index, delay in
            let timer = Timer()
            timer.start(afterMilliseconds: delay) {
                fired.append(delay * 10 + Int64(index))
                gate.changed()
            }
            return timer
        }
        try await gate.until(deadlineMilliseconds: 5000) { fired.count == 4 }
        #expect(fired == [11, 13, 82, 150])
        for timer in timers { timer.close() }
    }

    @Test @LoopActor func repeatingTimerFiresUntilItIsStopped() async throws {
        let gate = Gate()
        var count = 0
        let timer = Timer()
        timer.start(afterMilliseconds: 1, repeatMilliseconds: 1) {
            count += 1
            if count == 3 { timer.stop() }
            gate.changed()
        }
        try await gate.until(deadlineMilliseconds: 5000) { count == 3 }
        #expect(!timer.isRunning)
        try await LoopActor.sleep(milliseconds: 5)
        #expect(count == 3)
        timer.close()
    }

    @Test @LoopActor func closedTimerDoesNotFire() async throws {
        var fired = false
        let timer = Timer()
        timer.start(afterMilliseconds: 1) { fired = true }
        timer.close()
        timer.start(afterMilliseconds: 1) { fired = true }
        try await LoopActor.sleep(milliseconds: 5)
        #expect(!fired)
    }

    @Test @LoopActor func restartedTimerFiresOnceAtTheNewTime() async throws {
        let gate = Gate()
        var fired: [String] = []
        let timer = Timer()
        timer.start(afterMilliseconds: 1) { fired.append("old") }
        timer.start(afterMilliseconds: 2) {
            fired.append("new")
            gate.changed()
        }
        try await gate.until(deadlineMilliseconds: 5000) { !fired.isEmpty }
        #expect(fired == ["new"])
        timer.close()
    }

    @Test @LoopActor func theNextTurnComesBehindAPollAndItsWork() async throws {
        let first = EventLoop.turn
        let done = OneShot<Int>()
        EventLoop.inNextTurn {
            let second = EventLoop.turn
            EventLoop.later { #expect(EventLoop.turn == second) }
            EventLoop.inNextTurn { done.succeed(EventLoop.turn - second) }
            #expect(second > first)
        }
        #expect(try await done.wait(deadlineMilliseconds: 5_000, operation: "take turns") == 1)
    }

    @Test @LoopActor func laterRunsAfterTheCallerAndBeforeTheNextTurn() async throws {
        var order: [String] = []
        EventLoop.later { order.append("later") }
        order.append("caller")
        await LoopActor.pass()
        #expect(order == ["caller", "later"])
    }

    @Test @LoopActor func nowFollowsTheClock() async throws {
        let before = EventLoop.now
        try await LoopActor.sleep(milliseconds: 10)
        #expect(EventLoop.now.milliseconds(since: before) >= 9)
        let moment = SystemTimeSource().now()
        #expect(abs(moment.monotonic.milliseconds(since: EventLoop.now)) < 2000)
    }

    @Test @LoopActor func twentyThousandResumesAllArrive() async throws {
        let seen = Tally()
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<4 { group.addTask { await seen.count(to: 5000) } }
            for await _ in group {}
        }
        #expect(seen.value == 20_000)
    }

    @Test @LoopActor func aStormOfJobsDoesNotStarveTimers() async throws {
        let tally = Tally()
        let storm = Task { @LoopActor in await tally.count(to: .max) }
        try await LoopActor.sleep(milliseconds: 5)
        storm.cancel()
        await storm.value
        #expect(tally.value > 0)
    }
}

@LoopActor
private final class Tally {
    var value = 0

    func count(to limit: Int) async {
        var own = 0
        while own < limit, !Task.isCancelled {
            own += 1
            value += 1
            await Task.yield()
        }
    }
}
