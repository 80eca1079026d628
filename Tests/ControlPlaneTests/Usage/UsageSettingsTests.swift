import ClusterCore
import EventLoop
import Model
import TestKit
import Testing

@testable import ControlPlane

/// Every key of samples and history, by what it changes.
@Suite(.onLoop) struct UsageSettingsTests {
    @Test @LoopActor func samplesOfOneReplicaInOneHeartbeatAreLimited() async throws {
        let key = "FLEDX_CP_LIMITS_HEARTBEAT_METRICS_PER_INSTANCE"
        for (limit, counted) in [("2", 2), ("0", 5)] {
            try await UsageFixture.with([key: limit]) { fixture in
                try await fixture.report([0: (0..<5).map { fixture.sample(ago: Int64($0), cpu: Double($0)) }])
                let newest = fixture.plane.plane.usage.ledger.samples(
                    of: fixture.key(0), now: fixture.now)
                #expect(newest.count == counted && newest.last?.cpuPercent == 0, "the newest are counted")
                #expect(
                    try await fixture.metric(#"heartbeat_usage_samples_dropped_total{reason="limit"}"#)
                        == Double(5 - counted))
            }
        }
    }

    @Test @LoopActor func samplesOfOneHeartbeatAreLimited() async throws {
        let key = "FLEDX_CP_LIMITS_HEARTBEAT_METRICS_TOTAL"
        for (limit, counted) in [("3", 3.0), ("0", 8.0)] {
            try await UsageFixture.with([key: limit], replicas: 2) { fixture in
                let samples = (0..<4).map { fixture.sample(ago: Int64($0)) }
                try await fixture.report([0: samples, 1: samples])
                #expect(try await fixture.metric("heartbeat_usage_samples_ingested_total") == counted)
            }
        }
    }

    @Test @LoopActor func seriesOfReplicasAreLimitedAndGoWithThem() async throws {
        let key = "FLEDX_CP_LIMITS_RESOURCE_METRICS_MAX_SERIES"
        try await UsageFixture.with([key: "2"], replicas: 3) { fixture in
            try await fixture.report(
                Dictionary(uniqueKeysWithValues: (0..<3).map { ($0, [fixture.sample(cpu: 42)]) }))
            let text = try await fixture.plane.send("GET", "/metrics", token: nil).text
            let lines = text.split(separator: "\n").filter { $0.hasPrefix("deployment_cpu_percent{") }
            #expect(lines.count == 2 && lines.allSatisfy { $0.hasSuffix(" 42") })
            #expect(lines.allSatisfy { $0.contains(#"deployment="myapp""#) })
            #expect(text.contains("deployment_network_rx_bytes_total{"))
            try await fixture.storeMinute()
            let later = try await fixture.plane.send("GET", "/metrics", token: nil).text
            #expect(later.contains("deployment_usage_network_rx_bytes{"))
            #expect(try await fixture.plane.send("DELETE", "/api/v1/deployments/myapp").status == 204)
            try await fixture.plane.reportRunning(fixture.node)
            try await fixture.storeMinute()
            let after = try await fixture.plane.send("GET", "/metrics", token: nil).text
            let left = after.split(separator: "\n").filter { $0.contains("deployment=\"myapp\"") }
            #expect(left.isEmpty, "series go with what they measured")
        }
    }

    @Test @LoopActor func singleSamplesAreKeptForAsLongAsSet() async throws {
        let key = "FLEDX_CP_RETENTION_INSTANCE_METRICS_SECS"
        for (seconds, kept) in [("60", 1), ("600", 3), ("0", 3)] {
            try await UsageFixture.with([key: seconds]) { fixture in
                try await fixture.report([0: [150, 100, 10].map { fixture.sample(ago: $0) }])
                let metrics: DeploymentMetrics = try await fixture.plane.send(
                    "GET", "/api/v1/deployments/myapp/metrics"
                ).decode()
                #expect(metrics.replicas[0].metrics.count == kept)
                #expect(metrics.windowSecs == Int64(seconds))
                #expect(try await fixture.page().items.reduce(0) { $0 + $1.figures.samples } == 3)
            }
        }
    }

    @Test @LoopActor func minutesAreKeptForAsLongAsSet() async throws {
        let key = "FLEDX_CP_RETENTION_USAGE_WINDOW_SECS"
        for (seconds, left) in [("10800", 0), ("0", 90)] {
            try await UsageFixture.with([key: seconds]) { fixture in
                for _ in 0..<3 {
                    try await fixture.report([0: (0..<30).map { fixture.sample(ago: Int64(29 - $0) * 60) }])
                    fixture.clock.move(seconds: 1_800)
                }
                try await fixture.storeMinute()
                #expect(try await fixture.stored().minutes == 90)
                try await fixture.plane.plane.usage.cleanUp()
                let kept = try await fixture.stored().minutes
                #expect(kept == 90, "nothing is old yet")
                fixture.clock.move(seconds: 3 * 86_400)
                try await fixture.plane.plane.usage.cleanUp()
                #expect(try await fixture.stored().minutes == Int64(left), "more than one piece is taken")
                #expect(try await fixture.stored().series == (left == 0 ? 0 : 1))
            }
        }
    }

    @Test @LoopActor func theCleanUpComesAsOftenAsSet() throws {
        let settings = try ControlPlaneSettings(
            environment: ["FLEDX_CP_RETENTION_USAGE_CLEANUP_INTERVAL_SECS": "60"])
        #expect(settings.usage.cleanupSecs == 60)
        #expect(try ControlPlaneSettings(environment: [:]).usage.cleanupSecs == 300)
    }

    @Test @LoopActor func reportsOfSilentNodesAreForgottenAfterAsLongAsSet() async throws {
        let key = "FLEDX_CP_RETENTION_INSTANCE_STATUS_SECS"
        try await UsageFixture.with([key: "600"]) { fixture in
            #expect(try await fixture.plane.deployment("myapp").instances[0].containerID == "c")
            fixture.clock.move(seconds: 500)
            _ = try fixture.plane.plane.host.perform(.tick)
            #expect(try await fixture.plane.deployment("myapp").instances[0].containerID == "c")
            fixture.clock.move(seconds: 200)
            _ = try fixture.plane.plane.host.perform(.tick)
            #expect(try await fixture.plane.deployment("myapp").instances[0].containerID == nil)
        }
    }
}

extension UsageFixture {
    fileprivate func key(_ number: Int) -> UsageKey {
        UsageKey(
            replica: ReplicaKey(deploymentID: deploymentID, replicaNumber: number), nodeID: node.id)
    }
}
