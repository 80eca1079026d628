import EventLoop
import Model
import SQLite
import TestKit
import Testing

@testable import ControlPlane

/// A minute on its way to disk is seen once, whichever side a read meets it on.
@Suite(.onLoop) struct UsageReadTests {
    /// The minute left memory and is not on disk: whoever answers now misses it.
    @LoopActor private static func whileAMinuteIsBeingWritten(
        _ test: @LoopActor (UsageFixture, CommitHold) async throws -> Void
    ) async throws {
        let hold = CommitHold()
        try await UsageFixture.with(hold: hold) { fixture in
            try await fixture.report([0: [fixture.sample()]])
            fixture.clock.move(seconds: 121)
            hold.holdNext()
            try await fixture.plane.plane.usage.storeMinutes()
            await hold.waitUntilHeld()
            try await test(fixture, hold)
        }
    }

    @Test @LoopActor func aReadWaitsForTheMinuteThatIsBeingWritten() async throws {
        try await Self.whileAMinuteIsBeingWritten { fixture, hold in
            let exchange = try await fixture.plane.begin("GET", "/api/v1/usage?deployment=myapp")
            while fixture.plane.plane.usage.waitingReads == 0 { await LoopActor.pass() }
            hold.letGo()
            let page: UsagePage = try await exchange.response().decode()
            #expect(page.items.map(\.figures.samples) == [1])
        }
    }

    @Test @LoopActor func noMinuteGoesToDiskDuringARead() async throws {
        try await UsageFixture.with { fixture in
            let usage = fixture.plane.plane.usage
            try await fixture.report([0: [fixture.sample()]])
            fixture.clock.move(seconds: 121)
            try await usage.hold(deadlineMilliseconds: 5_000)
            let store = Task { @LoopActor in try await usage.storeMinutes() }
            while !usage.wantsToSubmit { await LoopActor.pass() }
            #expect(try await fixture.stored().minutes == 0)
            #expect(usage.unsent.count == 1, "it stays in sight of the read")
            // A read that comes now waits for the store, and does not count the minute twice.
            let exchange = try await fixture.plane.begin("GET", "/api/v1/usage?deployment=myapp")
            usage.letGo()
            try await store.value
            let page: UsagePage = try await exchange.response().decode()
            #expect(page.items.map(\.figures.samples) == [1])
            #expect(try await fixture.stored().minutes == 1)
        }
    }

    @Test @LoopActor func aReadThatCannotWaitSaysSo() async throws {
        try await Self.whileAMinuteIsBeingWritten { fixture, hold in
            let history = fixture.plane.plane.history
            let usual = history.deadlineMilliseconds
            history.deadlineMilliseconds = 1
            let response = try await fixture.plane.send("GET", "/api/v1/usage?deployment=myapp")
            #expect(response.status == 503)
            #expect(response.text.contains("storage_unavailable"))
            history.deadlineMilliseconds = usual
            hold.letGo()
            #expect(try await fixture.page().items.map(\.figures.samples) == [1])
        }
    }

    /// A read that never lets go keeps minutes in memory, where reads find them, and nobody waiting for ever.
    @Test @LoopActor func aReadThatDoesNotEndKeepsNobodyWaiting() async throws {
        try await UsageFixture.with { fixture in
            let usage = fixture.plane.plane.usage
            try await usage.hold(deadlineMilliseconds: 5_000)
            #expect(try await !usage.betweenReads(deadlineMilliseconds: 1) { Issue.record("a read runs") })
            #expect(!usage.wantsToSubmit)
            usage.letGo()
            var isCalled = false
            #expect(try await usage.betweenReads { isCalled = true })
            #expect(isCalled)
        }
    }
}
