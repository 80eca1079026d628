import ClusterCore
import EventLoop
import Model
import SQLite
import TestKit
import Testing

@testable import ControlPlane

/// From an agent's samples to what operators read.
@Suite(.onLoop) struct UsageTests {
    @Test @LoopActor func samplesBecomeMetricsSummariesAndMinutes() async throws {
        try await UsageFixture.with { fixture in
            try await fixture.report([
                0: [fixture.sample(ago: 20, cpu: 10), fixture.sample(ago: 1, received: 3_000, cpu: 30)]
            ])
            let metrics: DeploymentMetrics = try await fixture.plane.send(
                "GET", "/api/v1/deployments/myapp/metrics"
            ).decode()
            #expect(metrics.deployment == "myapp" && metrics.windowSecs == 600)
            #expect(metrics.replicas.map(\.nodeID) == [fixture.node.id])
            #expect(metrics.replicas[0].metrics.map(\.cpuPercent) == [10, 30])
            #expect(metrics.replicas[0].lastSeen != nil)
            let summary = try await fixture.plane.deployment("myapp").usageSummary
            #expect(summary?.figures.cpuPercent == 20)
            #expect(summary?.figures.receivedBytes == 4_000)
            let node: NodeDetail = try await fixture.plane.send("GET", "/api/v1/nodes/edge-node-1").decode()
            #expect(node.usageSummary?.figures.samples == 2)

            let waiting = try await fixture.page()
            #expect(waiting.items.reduce(0) { $0 + $1.figures.samples } == 2, "before it is stored")
            try await fixture.storeMinute()
            #expect(try await fixture.stored().series == 1)
            let stored = try await fixture.page()
            #expect(stored == waiting, "storing changes nothing for readers")
            #expect(stored.nextCursor == nil)
            let text = try await fixture.plane.send("GET", "/api/v1/usage?node=edge-node-1").text
            #expect(text.contains(#""avg_network_rx_bytes""#) && text.contains(#""network_rx_bytes""#))
        }
    }

    @Test @LoopActor func nothingIsCountedTwiceWhateverIsSentAgain() async throws {
        try await UsageFixture.with { fixture in
            let samples = [fixture.sample(ago: 10, received: 100), fixture.sample(ago: 0, received: 900)]
            for _ in 0..<3 { try await fixture.report([0: samples], countersAreDeltas: false) }
            try await fixture.storeMinute()
            try await fixture.report([0: samples], countersAreDeltas: false)
            try await fixture.storeMinute()
            let page = try await fixture.page()
            #expect(page.items.reduce(0) { $0 + $1.figures.samples } == 1, "the first was before the start")
            #expect(page.items.reduce(0) { $0 + $1.figures.receivedBytes } == 800)
            #expect(
                try await fixture.metric(#"heartbeat_usage_samples_dropped_total{reason="repeated"}"#) == 6)
        }
    }

    @Test @LoopActor func lateSamplesAreAddedToAStoredMinute() async throws {
        try await UsageFixture.with { fixture in
            let late = fixture.sample(ago: 0, received: 5)
            try await fixture.report([0: [fixture.sample(ago: 1, received: 7)]])
            try await fixture.storeMinute()
            #expect(try await fixture.stored().minutes == 1)
            try await fixture.report([0: [late]])
            try await fixture.storeMinute()
            #expect(try await fixture.stored().minutes == 1)
            let page = try await fixture.page()
            #expect(page.items.map(\.figures.samples) == [2])
            #expect(page.items.map(\.figures.receivedBytes) == [12])
            #expect(page.items.map(\.figures.blockReadBytes) == [20])
        }
    }

    @Test @LoopActor func samplesOfOthersReplicasAreNotCounted() async throws {
        try await UsageFixture.with { fixture in
            let strange = DeploymentID(UUIDValue(high: 7, low: 7))
            try await fixture.report([0: [fixture.sample()]], of: strange)
            try await fixture.report([5: [fixture.sample()]])
            #expect(try await fixture.page().items.isEmpty)
            #expect(
                try await fixture.metric(#"heartbeat_usage_samples_dropped_total{reason="not_placed"}"#) == 2)
        }
    }

    @Test @LoopActor func pagesAreInOrderAndJoinUp() async throws {
        try await UsageFixture.with(replicas: 3) { fixture in
            for _ in 0..<4 {
                try await fixture.report(
                    Dictionary(uniqueKeysWithValues: (0..<3).map { ($0, [fixture.sample()]) }))
                try await fixture.storeMinute()
            }
            try await fixture.report([0: [fixture.sample()]])
            let all = try await fixture.page("deployment=myapp&limit=1000").items
            #expect(all.count == 13)
            #expect(all.map(\.bucketStart) == all.map(\.bucketStart).sorted(by: >))
            var byCursor: [UsageRollup] = []
            var cursor: String? = ""
            while let next = cursor {
                let page = try await fixture.page(
                    "deployment=myapp&limit=5" + (next.isEmpty ? "" : "&cursor=\(next)"))
                byCursor += page.items
                cursor = page.nextCursor
            }
            #expect(byCursor == all)
            let byOffset = try await fixture.page("deployment=myapp&limit=5&offset=5")
            #expect(byOffset.items == Array(all[5..<10]))
            let one = try await fixture.page("node_id=\(fixture.node.id)&replica_number=2")
            #expect(one.items.count == 4 && one.items.allSatisfy { $0.replicaNumber == 2 })
        }
    }

    @Test @LoopActor func theWindowIsHeldAndFaultsAreToldAtOnce() async throws {
        try await UsageFixture.with(["FLEDX_CP_RETENTION_USAGE_WINDOW_SECS": "7200"]) { fixture in
            try await fixture.report([0: [fixture.sample()]])
            try await fixture.storeMinute()
            fixture.clock.move(seconds: 3_700)
            #expect(try await fixture.page().items.isEmpty, "an hour is shown unless more is asked for")
            let since = fixture.now.adding(milliseconds: -7_000_000).description
            #expect(try await fixture.page("deployment=myapp&since=\(since)").items.count == 1)
            let offset = since.replacing("Z", with: "+00:00")
            #expect(try await fixture.page("deployment=myapp&since=\(offset)").items.count == 1)
            let bad = try await fixture.plane.send(
                "GET", "/api/v1/usage?limit=0&since=yesterday&cursor=zzz&colour=red")
            #expect(bad.status == 400)
            #expect(
                Set(bad.fields) == ["limit", "since", "cursor", "colour", "deployment_id"], "\(bad.text)")
            let old = try await fixture.plane.send(
                "GET", "/api/v1/usage?deployment=myapp&until=2020-01-01T00:00:00Z")
            #expect(old.status == 400 && old.fields == ["until"])
            #expect(try await fixture.plane.send("GET", "/api/v1/usage?node=nobody").fields == ["node"])
            #expect(
                try await fixture.plane.send("GET", "/api/v1/usage?deployment=myapp", token: nil).status
                    == 401)
        }
    }

    @Test @LoopActor func everythingIsStoredOnTheWayOut() async throws {
        let clock = MovableClock()
        let folder = try await UsageFixture.folderAfterStop(clock)
        let again = try await TestPlane.start(in: folder, clock: clock)
        let page: UsagePage = try await again.send("GET", "/api/v1/usage?deployment=myapp").decode()
        #expect(page.items.reduce(0) { $0 + $1.figures.samples } == 1)
        try await again.stop()
    }

    @Test @LoopActor func aDatabaseThatCannotBeWrittenLosesNoMinuteAtOnce() async throws {
        let hold = CommitHold()
        let clock = MovableClock()
        clock.alignToMinute()
        try await TestPlane.with(hold: hold, clock: clock) { plane in
            let node = try await plane.readyNode()
            let created = try await plane.declare(#"{"name":"myapp","image":"nginx:1"}"#)
            try await plane.reportRunning(node)
            let fixture = UsageFixture(
                plane: plane, clock: clock, node: node, deploymentID: created.deploymentID)
            try await fixture.report([0: [fixture.sample()]])
            hold.holdNext()
            async let refused = plane.send("POST", "/api/v1/nodes/\(node.id)/cordon")
            await hold.waitUntilHeld()
            hold.letFail(SQLiteFailure(.full, operation: "commit", detail: "full"))
            #expect(try await refused.status == 503)
            clock.move(seconds: 600)
            try await plane.plane.usage.storeMinutes()
            #expect(plane.plane.usage.ledger.openMinutes { _ in true }.count == 1)
        }
    }
}

extension UsageFixture {
    /// The folder of a control plane that has heard one sample and was stopped.
    fileprivate static func folderAfterStop(_ clock: MovableClock) async throws -> TemporaryFolder {
        let plane = try await TestPlane.start(clock: clock)
        let node = try await plane.readyNode()
        let created = try await plane.declare(#"{"name":"myapp","image":"nginx:1"}"#)
        try await plane.reportRunning(node)
        let fixture = UsageFixture(
            plane: plane, clock: clock, node: node, deploymentID: created.deploymentID)
        try await fixture.report([0: [fixture.sample()]])
        try await plane.stop()
        return plane.folder
    }
}
