import EventLoop
import Model
import TestKit
import Testing

@testable import ControlPlane

/// A node with so many replicas that one report does not hold them, through the routes.
@Suite(.onLoop) struct ReportPartTests {
    private static let declaration =
        #"{"name":"many","image":"nginx","replicas":300,"strategy":{"healthy_after_secs":0}}"#

    /// What the agent of the node says of all that its document holds, in three parts.
    private func parts(_ document: DesiredStateDocument, from sequence: UInt64) -> [NodeReport] {
        let containers = document.deployments.map { replica in
            InstanceReport(
                assignmentID: replica.assignmentID, deploymentID: replica.deploymentID,
                replicaNumber: replica.replicaNumber, generation: replica.generation,
                containerID: String(repeating: "c", count: 64), state: .running,
                lastUpdated: Timestamp(milliseconds: 1_700_000_000_000))
        }
        return (0..<3).map { index in
            NodeReport(
                bootID: BootID(UUIDValue(high: 1, low: 1)), sequence: sequence + UInt64(index),
                applied: .init(epoch: document.epoch, revision: document.revision),
                containers: Array(containers.dropFirst(index * 100).prefix(100)),
                part: .init(number: index + 1, count: 3))
        }
    }

    @Test @LoopActor func threeHundredReplicasAreReportedInPartsThatFitTheLimit() async throws {
        try await TestPlane.with(["FLEDX_CP_LIMITS_HEARTBEAT_BODY_BYTES": "65536"]) { plane in
            let node = try await plane.readyNode()
            _ = try await plane.declare(Self.declaration)
            let (document, _) = try await plane.document(node)
            #expect(document.deployments.count == 300)
            for (index, part) in parts(document, from: 10).enumerated() {
                let response = try await plane.report(node, part)
                #expect(response.status == 200, "\(response.text)")
                let answer: HeartbeatResponse = try response.decode()
                #expect(answer.ack == 10 + UInt64(index))
                #expect(try await plane.deployment("many").replicasReady == 100 * (index + 1))
            }
            #expect(try await plane.deployment("many").status == .running)
        }
    }

    @Test @LoopActor func aReplicaThatNoPartNamesIsMissedOnlyWithTheLast() async throws {
        try await TestPlane.with { plane in
            let node = try await plane.readyNode()
            _ = try await plane.declare(Self.declaration)
            let (document, _) = try await plane.document(node)
            for part in parts(document, from: 10) { _ = try await plane.report(node, part) }
            var again = parts(document, from: 20)
            again[0].containers.removeFirst()
            for part in again.dropLast() { _ = try await plane.report(node, part) }
            #expect(try await plane.deployment("many").replicasReady == 300)
            _ = try await plane.report(node, again[2])
            #expect(try await plane.deployment("many").replicasReady == 299)
        }
    }
}
