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
}
