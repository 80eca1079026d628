import EventLoop
import TestKit
import Testing

@Suite(.onLoop)
struct HandleTests {
    @Test @LoopActor func tenThousandHandlesLeaveNothingBehind() async {
        var watched: [Weak] = []
        do {
            let before = Handle.openCount
            let timers = (0..<10_000).map { _ in Timer() }
            #expect(Handle.openCount == before + 10_000)
            watched = timers.map(Weak.init)
            for timer in timers { timer.close() }
            for timer in timers { await timer.closed() }
        }
        await LoopActor.pass()
        #expect(watched.count { $0.handle != nil } == 0)
    }

    @Test @LoopActor func closingTwiceIsClosingOnce() async {
        let before = Handle.openCount
        let timer = Timer()
        timer.close()
        timer.close()
        #expect(!timer.isOpen)
        #expect(Handle.openCount == before + 1)
        await timer.closed()
        timer.close()
        await timer.closed()
    }

    @Test @LoopActor func everyWaiterHearsOfTheClose() async {
        let timer = Timer()
        let waiters = (0..<3).map { _ in Task { @LoopActor in await timer.closed() } }
        await LoopActor.pass()
        timer.close()
        for waiter in waiters { await waiter.value }
    }

    @Test @LoopActor func closedHandleDropsItsClosure() async {
        let timer = Timer()
        weak var watched: Weak?
        do {
            let captured = Weak(timer)
            watched = captured
            timer.start(afterMilliseconds: 60_000) { _ = captured }
        }
        #expect(watched != nil)
        timer.close()
        #expect(watched == nil)
        await timer.closed()
    }

    @Test @LoopActor func pollerOfABadDescriptorThrows() throws {
        #expect(throws: LoopFailure.self) { try Poller(fileDescriptor: -1) }
    }
}

private final class Weak: Sendable {
    weak let handle: Handle?

    init(_ handle: Handle) { self.handle = handle }
}
