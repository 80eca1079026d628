import Model
import Testing

@testable import NodeCore

/// When a node says nothing but that it lives.
@Suite struct ReportPaceTests {
    private static let start = MonotonicInstant(milliseconds: 1_000_000)
    private static func after(_ milliseconds: Int64) -> MonotonicInstant {
        start.adding(milliseconds: milliseconds)
    }

    /// As `after`, with a wall clock that somebody set by so much.
    private static func moment(_ milliseconds: Int64, set by: Int64 = 0) -> Moment {
        Moment(
            monotonic: after(milliseconds),
            wall: Timestamp(milliseconds: 1_800_000_000_000 + milliseconds + by))
    }

    private func pace(isMetered: Bool = false, ownSecs: Int64? = nil) -> ReportPace {
        ReportPace(isMetered: isMetered, ownSecs: ownSecs, at: Self.start)
    }

    @Test func aNodeWithoutNewsWishesForAMinuteAfterFive() {
        var pace = pace()
        #expect(pace.wish(isTunnelUp: true, at: Self.after(299_999)) == nil)
        #expect(pace.wish(isTunnelUp: true, at: Self.after(300_000)) == 60)
        #expect(pace.wish(isTunnelUp: false, at: Self.after(300_000)) == nil, "REST has no ping")
        // News end the rest at once, and the five minutes begin again.
        let told = pace.report(
            hasNews: true, isLeaving: false, isTunnelUp: true, at: Self.moment(400_000))
        #expect(told == nil)
        #expect(pace.wish(isTunnelUp: true, at: Self.after(699_999)) == nil)
        #expect(pace.wish(isTunnelUp: true, at: Self.after(700_000)) == 60)
    }

    @Test func aNewWishIsReportedBeforePingsAreEnoughAgain() {
        var pace = pace()
        #expect(pace.report(hasNews: false, isLeaving: false, isTunnelUp: true, at: Self.moment(0)) == nil)
        #expect(pace.isPingEnough(isTunnelUp: true, hasNews: false, at: Self.moment(1000)))
        #expect(!pace.isPingEnough(isTunnelUp: true, hasNews: true, at: Self.moment(1000)))
        #expect(!pace.isPingEnough(isTunnelUp: false, hasNews: false, at: Self.moment(1000)))
        let quiet = Self.moment(300_000)
        #expect(!pace.isPingEnough(isTunnelUp: true, hasNews: false, at: quiet))
        #expect(pace.report(hasNews: false, isLeaving: false, isTunnelUp: true, at: quiet) == 60)
        #expect(pace.isPingEnough(isTunnelUp: true, hasNews: false, at: quiet))
    }

    @Test func theLongestOfTheWishesCounts() {
        #expect(pace(isMetered: true).wish(isTunnelUp: false, at: Self.start) == 480)
        #expect(pace(isMetered: true, ownSecs: 900).wish(isTunnelUp: true, at: Self.start) == 900)
        #expect(pace(ownSecs: 20).wish(isTunnelUp: true, at: Self.start) == 20)
        #expect(pace(ownSecs: 20).wish(isTunnelUp: true, at: Self.after(300_000)) == 60)
    }

    @Test func theLastReportWishesNothingNew() {
        var pace = pace()
        _ = pace.report(hasNews: false, isLeaving: false, isTunnelUp: true, at: Self.moment(0))
        let last = pace.report(hasNews: false, isLeaving: true, isTunnelUp: true, at: Self.moment(300_000))
        #expect(last == nil)
    }

    @Test(arguments: [-86_400_000, -10_000, 10_000, 86_400_000] as [Int64])
    func aClockThatWasSetIsReportedWithThePingThatComesNext(jump: Int64) {
        var pace = pace()
        _ = pace.report(hasNews: false, isLeaving: false, isTunnelUp: true, at: Self.moment(0))
        let isEnough = { (pace: ReportPace, by: Int64) in
            pace.isPingEnough(isTunnelUp: true, hasNews: false, at: Self.moment(30_000, set: by))
        }
        #expect(isEnough(pace, jump.signum() * 9_999), "a time service corrects a clock that drifts")
        #expect(!isEnough(pace, jump))
        // What a report told is no news any more, and the way back is news again.
        _ = pace.report(
            hasNews: false, isLeaving: false, isTunnelUp: true, at: Self.moment(31_000, set: jump))
        #expect(isEnough(pace, jump))
        #expect(!isEnough(pace, 0))
    }
}
