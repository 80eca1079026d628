import EventLoop
import TestKit
import Testing

@Suite(.onLoop)
struct WaitingTests {
    struct Broken: Error {}

    @Test @LoopActor func deadlineLetsAFastOperationThrough() async throws {
        #expect(try await withDeadline(milliseconds: 5000) { 7 } == 7)
        await #expect(throws: Broken.self) { try await withDeadline(milliseconds: 5000) { throw Broken() } }
    }

    @Test @LoopActor func deadlineCancelsASlowOperation() async throws {
        var cancelled = false
        let code = await failureCode {
            try await withDeadline(milliseconds: 5) {
                defer { cancelled = Task.isCancelled }
                try await LoopActor.sleep(milliseconds: 60_000)
            }
        }
        #expect(code == .deadline)
        #expect(cancelled)
    }

    @Test @LoopActor func cancellingTheCallerCancelsTheOperation() async throws {
        let task = Task { @LoopActor in
            try await withDeadline(milliseconds: 60_000) { try await LoopActor.sleep(milliseconds: 60_000) }
        }
        await LoopActor.pass()
        task.cancel()
        await #expect(throws: CancellationError.self) { try await task.value }
    }

    @Test @LoopActor func firstSettlementWins() async throws {
        let shot = OneShot<Int>()
        #expect(!shot.isSettled)
        #expect(shot.succeed(1))
        #expect(!shot.succeed(2))
        #expect(!shot.fail(Broken()))
        #expect(try await shot.wait() == 1)
        #expect(!shot.succeed(3))
    }

    @Test @LoopActor func oneShotResumesItsWaiterOnce() async throws {
        let shot = OneShot<Int>()
        let task = Task { @LoopActor in try await shot.wait() }
        await LoopActor.pass()
        shot.failFromAnywhere(Broken())
        shot.succeed(1)
        await #expect(throws: Broken.self) { _ = try await task.value }
    }

    @Test @LoopActor func oneShotHasADeadline() async throws {
        let shot = OneShot<Int>()
        let code = await failureCode { _ = try await shot.wait(deadlineMilliseconds: 5, operation: "test") }
        #expect(code == .deadline)
    }

    @Test @LoopActor func gateOpensWhenItsConditionHolds() async throws {
        let gate = Gate()
        var value = 0
        let waiter = Task { @LoopActor in
            try await gate.until { value == 2 }
            return value
        }
        await LoopActor.pass()
        #expect(gate.waiterCount == 1)
        value = 1
        gate.changed()
        await LoopActor.pass()
        #expect(gate.waiterCount == 1)
        value = 2
        gate.changed()
        #expect(try await waiter.value == 2)
    }

    @Test @LoopActor func gateForgetsCancelledAndLateWaiters() async throws {
        let gate = Gate()
        let waiter = Task { @LoopActor in try await gate.until { false } }
        await LoopActor.pass()
        waiter.cancel()
        await #expect(throws: CancellationError.self) { try await waiter.value }
        #expect(await failureCode { try await gate.until(deadlineMilliseconds: 3) { false } } == .deadline)
        #expect(gate.waiterCount == 0)
    }

    @Test @LoopActor func queueKeepsOrderAndRefusesWhatDoesNotFit() async throws {
        let queue = BoundedQueue<Int>(capacity: 2, overflow: .refuseNewest)
        #expect(queue.offer(1) && queue.offer(2) && !queue.offer(3))
        #expect(queue.lostCount == 1)
        #expect(try await queue.next() == 1)
        queue.finish()
        #expect(!queue.offer(4))
        #expect(try await queue.next() == 2)
        #expect(try await queue.next() == nil)
    }

    @Test @LoopActor func queueThatDropsKeepsTheNewest() async throws {
        let queue = BoundedQueue<Int>(capacity: 3, overflow: .dropOldest)
        for number in 0..<1000 { queue.offer(number) }
        #expect(queue.lostCount == 997)
        #expect([queue.poll(), queue.poll(), queue.poll(), queue.poll()] == [997, 998, 999, nil])
    }

    @Test @LoopActor func waitingConsumerGetsTheNextElement() async throws {
        let queue = BoundedQueue<Int>(capacity: 2, overflow: .refuseNewest)
        let consumer = Task { @LoopActor in try await queue.next() }
        await LoopActor.pass()
        queue.offer(5)
        #expect(try await consumer.value == 5)
        #expect(await failureCode { _ = try await queue.next(deadlineMilliseconds: 3) } == .deadline)
    }
}
