import ClusterCore
import EventLoop
import Model
import SQLite
import TestKit
import Testing

@testable import ControlPlane

/// A node with the replicas of one deployment, as an agent that measures would report them.
@LoopActor
struct UsageFixture {
    let plane: TestPlane
    let clock: MovableClock
    let node: TestNode
    let deploymentID: DeploymentID

    static func with(
        _ environment: [String: String] = [:], replicas: Int = 1, hold: CommitHold? = nil,
        _ body: @LoopActor (UsageFixture) async throws -> Void
    ) async throws {
        let clock = MovableClock()
        clock.alignToMinute()
        try await TestPlane.with(environment, hold: hold, clock: clock) { plane in
            let node = try await plane.readyNode(#"{"name":"edge-node-1"}"#)
            let created = try await plane.declare(
                #"{"name":"myapp","image":"nginx:1","replicas":\#(replicas)}"#)
            try await plane.reportRunning(node)
            try await body(
                UsageFixture(plane: plane, clock: clock, node: node, deploymentID: created.deploymentID))
        }
    }

    var now: Timestamp { clock.now().wall }

    /// A sample of so many seconds ago.
    func sample(ago seconds: Int64 = 0, received: UInt64 = 1_000, cpu: Double = 25) -> ResourceSample {
        ResourceSample(
            collectedAt: now.adding(milliseconds: -seconds * 1000), cpuPercent: cpu, memoryBytes: 1 << 20,
            networkReceivedBytes: received, networkSentBytes: received / 2, blockReadBytes: 10)
    }

    /// Reports samples of single replicas.
    @discardableResult
    func report(
        _ samples: [Int: [ResourceSample]], countersAreDeltas: Bool = true, of other: DeploymentID? = nil
    ) async throws -> TestResponse {
        let id = other ?? deploymentID
        let containers = samples.keys.sorted().map { number in
            InstanceReport(
                assignmentID: nil, deploymentID: id, replicaNumber: number, generation: 1, containerID: "c",
                state: .running, lastUpdated: now)
        }
        let told = ReportedSamples(
            byReplica: Dictionary(
                uniqueKeysWithValues: samples.map {
                    (ReplicaKey(deploymentID: id, replicaNumber: $0.key), $0.value)
                }), countersAreDeltas: countersAreDeltas)
        let response = try await plane.report(
            node, NodeReport(isFull: false, timestamp: now, containers: containers, samples: told))
        #expect(response.status == 200, "\(response.text)")
        return response
    }

    /// Lets the minute that goes on end, and stores it.
    func storeMinute() async throws {
        clock.move(seconds: 121)
        try await plane.plane.usage.storeMinutes()
        try await plane.plane.host.store.worker.perform { _ in }
    }

    func page(_ query: String = "deployment=myapp") async throws -> UsagePage {
        let response = try await plane.send("GET", "/api/v1/usage?\(query)")
        try #require(response.status == 200, "\(response.text)")
        return try response.decode()
    }

    func metric(_ series: String) async throws -> Double? {
        let text = try await plane.send("GET", "/metrics", token: nil).text
        let line = text.split(separator: "\n").first { $0.hasPrefix("\(series) ") }
        return line?.split(separator: " ").last.flatMap { Double($0) }
    }

    func stored() async throws -> (minutes: Int64, series: Int64) {
        try await plane.plane.host.store.worker.perform { connection in
            let minutes = try connection.first("SELECT count(*) FROM usage_rollups") { try $0.int64(0) }
            let series = try connection.first("SELECT count(*) FROM usage_series") { try $0.int64(0) }
            return (minutes ?? -1, series ?? -1)
        }
    }
}
