import Model
import Testing

@testable import ClusterCore

/// Many nodes and many replicas.
@Suite struct ScaleTests {
    @Test func manyReplicasFindTheirPlacesEvenly() throws {
        var bench = try ClusterBench()
        for index in 0..<100 { try bench.addNode("n\(index)", cpuMillis: 100_000, memoryBytes: 1 << 40) }
        let spec = DeploymentSpec.sample(
            replicas: 1000, ports: [PortMapping(containerPort: 80)], resources: Resources(cpuMillis: 10))
        let reply = try bench.create(spec)
        #expect(reply.unplaced.isEmpty)
        let counts = Dictionary(grouping: reply.placements, by: \.nodeID).mapValues(\.count)
        #expect(Set(counts.values) == [10])
        #expect(bench.violations.isEmpty)
    }
}
