import Testing

@testable import ControlPlane

@Suite struct TickPaceTests {
    /// How many ticks a second sees in which one is wanted every tenth of a millisecond.
    private func ticks(ofMilliseconds took: Double) -> Int {
        let took = UInt64(took * 1_000_000)
        var pace = TickPace()
        var now: UInt64 = 1_000_000_000
        let end = now + 1_000_000_000
        var count = 0
        var due: UInt64?
        while now < end {
            now += 100_000
            let pause = UInt64(pace.pauseMilliseconds(at: now)) * 1_000_000
            if due == nil { due = now + pause }
            guard let moment = due, moment <= now else { continue }
            due = nil
            count += 1
            pace.ticked(from: now, to: now + took)
            now += took
        }
        return count
    }

    @Test func longTicksTakeATenthOfTheLoop() {
        #expect((9...11).contains(ticks(ofMilliseconds: 10)))
        #expect((45...55).contains(ticks(ofMilliseconds: 2)))
    }

    @Test func veryLongTicksFollowAfterTheLongestPause() {
        #expect((4...5).contains(ticks(ofMilliseconds: 120)))
    }

    @Test func shortTicksWaitForNothing() {
        #expect(ticks(ofMilliseconds: 0.02) > 4_000)
    }

    @Test func theFirstTickComesAtOnce() {
        var pace = TickPace()
        #expect(pace.pauseMilliseconds(at: 5) == 0)
        pace.ticked(from: 0, to: 50_000_000)
        #expect(pace.pauseMilliseconds(at: 50_000_000) == 100)
        #expect(pace.pauseMilliseconds(at: 150_000_000) == 0)
    }
}
