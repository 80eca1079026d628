import EventLoop
import Model
import TestKit
import Testing

@testable import ControlPlane

@Suite(.onLoop) struct RequestSummaryTests {
    @Test @LoopActor func theMostFrequentRequestsComeFirst() async throws {
        let clock = MovableClock()
        try await TestPlane.with(
            ["FLEDX_CP_LIMITS_METRICS_SUMMARY_LIMIT": "2"], clock: clock
        ) { plane in
            for _ in 0..<3 { try await plane.send("GET", "/api/v1/deployments/none") }
            try await plane.send("GET", "/livez", token: nil)
            try await plane.send("GET", "/livez", token: nil)
            try await plane.send("GET", "/readyz", token: nil)
            let summary = try await plane.summary()
            #expect(summary.limit == 2 && summary.windowSecs == 60)
            #expect(
                summary.items == [
                    .init(method: "GET", path: "/api/v1/deployments/{id}", status: "404", count: 3),
                    .init(method: "GET", path: "/livez", status: "200", count: 2),
                ])
            #expect(try await plane.summary("?limit=1").items.count == 1)
            for limit in ["0", "3", "x"] {
                let refused = try await plane.send("GET", "/api/v1/metrics/summary?limit=\(limit)")
                #expect(refused.status == 400 && refused.fields == ["limit"])
            }
            clock.move(seconds: 61)
            #expect(try await plane.summary().items.allSatisfy { $0.path == "/api/v1/metrics/summary" })
        }
    }

    @Test @LoopActor func withoutAWindowEverythingCounts() async throws {
        let clock = MovableClock()
        try await TestPlane.with(
            ["FLEDX_CP_LIMITS_METRICS_SUMMARY_WINDOW_SECS": "0"], clock: clock
        ) { plane in
            try await plane.send("GET", "/livez", token: nil)
            clock.move(seconds: 1_000_000)
            try await plane.send("GET", "/livez", token: nil)
            let summary = try await plane.summary()
            #expect(summary.windowSecs == 0 && summary.limit == 16)
            #expect(summary.items.contains { $0.path == "/livez" && $0.count == 2 })
        }
    }

    struct WindowCase: Sendable {
        let seconds: Int64
        let answers: [Int64]
        let at: Int64
        let count: UInt64
    }

    @Test(arguments: [
        WindowCase(seconds: 60, answers: [0, 1, 59], at: 59, count: 3),
        WindowCase(seconds: 60, answers: [0, 1, 59], at: 60, count: 2),
        WindowCase(seconds: 60, answers: [0, 1, 59], at: 500, count: 0),
        WindowCase(seconds: 60, answers: [0, 60, 120], at: 120, count: 1),
        WindowCase(seconds: 3600, answers: [0, 60, 3599], at: 3599, count: 3),
        WindowCase(seconds: 1, answers: [5, 5, 6], at: 6, count: 1),
        WindowCase(seconds: 0, answers: [0, 1_000_000], at: 9_000_000, count: 2),
    ])
    func spansFallOutOfTheWindow(_ one: WindowCase) {
        var window = RequestWindow(windowSecs: one.seconds)
        let tally = window.tally(method: "GET", path: "/", status: "200")
        for second in one.answers {
            tally.add(in: window.span(at: MonotonicInstant(milliseconds: second * 1000)))
        }
        let now = MonotonicInstant(milliseconds: one.at * 1000)
        #expect(tally.count(through: window.span(at: now)) == one.count)
        #expect(window.most(5, at: now).first?.count == (one.count == 0 ? nil : Double(one.count)))
    }

    @Test func kindsAreBounded() {
        var window = RequestWindow(windowSecs: 60)
        for number in 0..<2_000 {
            window.tally(method: "GET", path: "/\(number)", status: "200").add(in: 0)
        }
        #expect(window.most(5_000, at: MonotonicInstant(milliseconds: 0)).count == 1_000)
    }
}

extension TestPlane {
    fileprivate func summary(_ query: String = "") async throws -> MetricsSummary {
        let response = try await send("GET", "/api/v1/metrics/summary\(query)")
        try #require(response.status == 200, "\(response.text)")
        return try response.decode()
    }
}
