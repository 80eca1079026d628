import Model
import Testing

@testable import ClusterCore

@Suite struct FilterTests {
    /// A node and a declaration that disagree in one point only.
    struct Case: CustomTestStringConvertible, Sendable {
        let filter: PlacementFilter
        let detail: String
        var arch: String? = "x86_64"
        var os: String? = "linux"
        var labels: [String: String] = [:]
        var cpuMillis: Int64? = 1000
        var memoryBytes: Int64? = 1 << 30
        var foreignPorts: [UInt16] = []
        var isReady = true
        var spec = DeploymentSpec.sample()
        var testDescription: String { "\(filter.rawValue): \(detail)" }
    }

    static let cases: [Case] = [
        Case(filter: .status, detail: "is registering", isReady: false),
        Case(
            filter: .arch, detail: "is x86_64, wanted arm64",
            spec: .sample(constraints: Constraints(arch: "arm64"))),
        Case(
            filter: .arch, detail: "is of unknown arch, wanted arm64", arch: nil,
            spec: .sample(constraints: Constraints(arch: "arm64"))),
        Case(
            filter: .os, detail: "runs linux, wanted windows",
            spec: .sample(constraints: Constraints(os: "windows"))),
        Case(
            filter: .labels, detail: "has no label zone, wanted a",
            spec: .sample(constraints: Constraints(labels: ["zone": "a"]))),
        Case(
            filter: .labels, detail: "label zone is b, wanted a", labels: ["zone": "b"],
            spec: .sample(constraints: Constraints(labels: ["zone": "a"]))),
        Case(
            filter: .capacity, detail: "has 1000 cpu_millis, wanted 2000",
            spec: .sample(constraints: Constraints(capacity: Capacity(cpuMillis: 2000)))),
        Case(
            filter: .capacity, detail: "has 1073741824 memory_bytes, wanted 2147483648",
            spec: .sample(constraints: Constraints(capacity: Capacity(memoryBytes: 2 << 30)))),
        Case(
            filter: .freeCapacity, detail: "has 1000 cpu_millis left, wanted 1500",
            spec: .sample(resources: Resources(cpuMillis: 1500))),
        Case(
            filter: .freeCapacity, detail: "has 1073741824 memory_bytes left, wanted 1073741825",
            spec: .sample(resources: Resources(memoryBytes: 1 << 30 + 1))),
        Case(
            filter: .ports, detail: "port 80 is taken by something else on the node", foreignPorts: [80],
            spec: .sample(ports: [PortMapping(containerPort: 8080, hostPort: 80)])),
    ]

    @Test(arguments: cases)
    func filterIsTheOnlyReason(_ filterCase: Case) throws {
        var bench = try ClusterBench()
        let node = try bench.addNode(
            "edge", arch: filterCase.arch, os: filterCase.os, labels: filterCase.labels,
            cpuMillis: filterCase.cpuMillis, memoryBytes: filterCase.memoryBytes, isReady: false)
        bench.foreignPorts[node] = filterCase.foreignPorts
        if filterCase.isReady { try bench.report(node) }
        let reply = try bench.create(filterCase.spec)
        let refusal = try #require(reply.unplaced.first?.refusals.first)
        #expect(reply.unplaced.first?.refusals.count == 1)
        #expect(refusal.filter == filterCase.filter)
        #expect(refusal.detail == filterCase.detail)
        #expect(refusal.exampleNodeName == "edge")
        #expect(bench.cluster.deployment(reply.id)?.status == .pending)
    }

    @Test func maxPerNodeIsTheOnlyReason() throws {
        var bench = try ClusterBench()
        try bench.addNode("edge")
        let reply = try bench.create(.sample(replicas: 3, placement: PlacementHints(maxPerNode: 2)))
        #expect(reply.placements.count == 2)
        #expect(reply.unplaced.map(\.replicaNumber) == [2])
        #expect(
            reply.unplaced.first?.explanation
                == "no node takes it; 1 node: max_per_node (for example edge: has 2 replicas of it, as many as allowed)"
        )
    }

    @Test func portHeldByAnotherDeploymentIsNamed() throws {
        var bench = try ClusterBench()
        try bench.addNode("edge")
        let port = PortMapping(containerPort: 8080, hostPort: 80)
        try bench.create(.sample("first", ports: [port]))
        let second = try bench.create(.sample("second", ports: [port]))
        #expect(
            second.unplaced.first?.refusals.first?.detail
                == "tcp port 80 is reserved by deployment first")
    }

    @Test func eachFilterCountsItsNodesAndTheOldestIsTheExample() throws {
        var bench = try ClusterBench()
        try bench.addNode("a", arch: "aarch64")
        try bench.addNode("b", arch: "arm64")
        try bench.addNode("c", cpuMillis: 100)
        let reply = try bench.create(
            .sample(resources: Resources(cpuMillis: 500), constraints: Constraints(arch: "amd64")))
        let refusals = try #require(reply.unplaced.first?.refusals)
        #expect(refusals.map(\.filter) == [.arch, .freeCapacity])
        #expect(refusals.map(\.nodeCount) == [2, 1])
        #expect(refusals.map(\.exampleNodeName) == ["a", "c"])
    }

    @Test func clusterWithoutNodesSaysSo() throws {
        var bench = try ClusterBench()
        #expect(try bench.create(.sample()).unplaced.first?.explanation == "no node is registered")
    }

    @Test(arguments: [
        ("amd64", "x86_64"), ("x86_64", "AMD64"), ("arm64", "aarch64"), ("aarch64", "arm64"),
        ("riscv64", "RISCV64"),
    ])
    func architecturesHaveOneMeaning(_ wanted: String, _ found: String) throws {
        var bench = try ClusterBench()
        try bench.addNode("edge", arch: found)
        #expect(try bench.create(.sample(constraints: Constraints(arch: wanted))).unplaced.isEmpty)
    }

    @Test func unknownCapacityRefusesNothing() throws {
        var bench = try ClusterBench()
        try bench.addNode("edge", cpuMillis: nil, memoryBytes: nil)
        let spec = DeploymentSpec.sample(
            resources: Resources(cpuMillis: 64_000),
            constraints: Constraints(capacity: Capacity(memoryBytes: 1 << 40)))
        #expect(try bench.create(spec).unplaced.isEmpty)
    }

    @Test func operatorLabelsWinOverTheAgents() throws {
        var bench = try ClusterBench()
        let node = try bench.addNode("edge", labels: ["zone": "a"])
        try bench.apply(
            .updateNode(.init(nodeID: node, name: "edge", operatorLabels: ["zone": "b"], requestID: "label")))
        #expect(
            try bench.create(.sample("b", constraints: Constraints(labels: ["zone": "b"]))).unplaced.isEmpty)
        #expect(
            try bench.create(.sample("a", constraints: Constraints(labels: ["zone": "a"]))).unplaced.count
                == 1)
    }
}
