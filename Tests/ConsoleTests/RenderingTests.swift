import Model
import Testing

@testable import Console

@Suite struct RenderingTests {
    static let now = Timestamp(milliseconds: 1_795_429_230_456)

    static func instance(_ number: Int, state: InstanceState, reason: String? = nil) -> InstanceView {
        InstanceView(
            assignmentID: nil, deploymentID: DeploymentID(UUIDValue(high: 1, low: 2)), deployment: "web",
            replicaNumber: number, nodeID: NodeID(UUIDValue(high: 3, low: 4)), nodeName: "edge-1",
            state: state,
            ready: state == .running, reason: reason, containerID: nil, generation: 2, restartCount: 0,
            ports: [PortMapping(containerPort: 80, hostPort: 8080)], endpoints: ["10.0.0.1:8080"],
            lastSeen: now)
    }

    static func detail(_ status: DeploymentStatus, _ instances: [InstanceView]) -> DeploymentDetail {
        DeploymentDetail(
            deploymentID: DeploymentID(UUIDValue(high: 1, low: 2)),
            spec: DeploymentSpec(
                name: "web", container: ContainerSpec(image: "nginx:1"), replicas: instances.count),
            status: status, generation: 2, replicasReady: instances.filter(\.ready).count,
            unplacedReplicas: 0,
            instances: instances, conditions: [], assignments: [], lastReported: now,
            createdAt: now.adding(milliseconds: -200_000), updatedAt: now)
    }

    @Test func tableAlignsByCharacters() {
        var table = Table(["A", "LONG", "C"])
        table.add(["ä", "x", ""])
        #expect(table.text == "A  LONG  C\nä  x\n")
    }

    @Test(
        arguments: [(0, "0s"), (119, "119s"), (120, "2m"), (7200, "2h"), (172_800, "2d")] as [(Int64, String)]
    )
    func ageIsShort(seconds: Int64, text: String) {
        #expect(Words.age(Self.now.adding(milliseconds: -seconds * 1000), now: Self.now) == text)
    }

    @Test(
        arguments: [(0, "0B"), (1023, "1023B"), (1536, "1.5KiB"), (8_589_934_592, "8GiB")]
            as [(Int64, String)])
    func bytesUseBinaryUnits(count: Int64, text: String) { #expect(Words.bytes(count) == text) }

    @Test func detailShowsEveryReplicaAndWhy() {
        let text = DeploymentText.detail(
            Self.detail(
                .deploying,
                [
                    Self.instance(0, state: .running),
                    Self.instance(1, state: .pending, reason: "pulling nginx:1"),
                ]),
            now: Self.now)
        let expected = """
            NAME:        web
            ID:          00000000-0000-0001-0000-000000000002
            STATUS:      deploying, 1/2 ready
            IMAGE:       nginx:1
            GENERATION:  2
            CREATED:     2026-11-23T10:17:10.456Z (3m ago)

            REPLICA  NODE    STATE    READY  RESTARTS  PORTS         ENDPOINT       GENERATION
            0        edge-1  running  yes    0         8080->80/tcp  10.0.0.1:8080  2
            1        edge-1  pending  no     0         8080->80/tcp  10.0.0.1:8080  2
              replica 1: pulling nginx:1

            """
        #expect(text == expected)
    }

    @Test func listSaysHowManyMoreThereAre() {
        let summary = DeploymentSummary(
            deploymentID: DeploymentID(UUIDValue(high: 1, low: 2)),
            spec: DeploymentSpec(name: "web", container: ContainerSpec(image: "nginx:1"), replicas: 2),
            replicasReady: 1, unplacedReplicas: 1, status: .pending, generation: 1, assignments: [],
            lastReported: nil, createdAt: Self.now)
        let text = DeploymentText.list(
            Page(items: [summary], limit: 1, offset: 0, total: 3), now: Self.now)
        let expected = """
            NAME  STATUS   READY  IMAGE    GENERATION  REPORTED  AGE
            web   pending  1/2    nginx:1  1           -         0s
            2 more; use --offset 1

            """
        #expect(text == expected)
    }

    @Test func watchTellsChangesOnly() {
        let before = Self.detail(.deploying, [Self.instance(0, state: .pending, reason: "pulling")])
        let after = Self.detail(.running, [Self.instance(0, state: .running)])
        #expect(DeploymentChanges.lines(from: nil, to: before).count == 2)
        #expect(DeploymentChanges.lines(from: before, to: before).isEmpty)
        #expect(
            DeploymentChanges.lines(from: before, to: after) == [
                "web: running, 1/1 ready, generation 2", "  replica 0 on edge-1: running at 10.0.0.1:8080",
            ])
        let gone = DeploymentChanges.lines(from: after, to: Self.detail(.running, []))
        #expect(gone.contains("  replica 0 is gone"))
    }
}
