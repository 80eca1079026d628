import Model
import Testing

@testable import ClusterCore

@Suite struct PortSketchTests {
    private static func mapping(_ hostPort: UInt16?) -> PortMapping {
        PortMapping(containerPort: 80, hostPort: hostPort)
    }

    private static func sketch(_ hostPorts: UInt16...) -> PortSketch {
        PortSketch(hostPorts.map(mapping), [])
    }

    private func row() throws -> AssignmentRow {
        var bench = try ClusterBench()
        let node = try bench.addNode("a")
        return AssignmentRow(
            id: bench.ids.nextIdentifier(), deploymentID: bench.ids.nextIdentifier(), replicaNumber: 0,
            nodeID: node, generation: 1, ports: [Self.mapping(30_000)], createdAt: bench.now.wall,
            updatedAt: bench.now.wall)
    }

    @Test func aPortMeetsItselfAndMayMeetEvery64thOnly() {
        #expect(Self.sketch(30_000).meets(Self.sketch(30_000)))
        #expect(Self.sketch(30_000).meets(Self.sketch(30_064)))
        #expect(!Self.sketch(30_000).meets(Self.sketch(30_001)))
        #expect(!PortSketch([Self.mapping(nil)], []).meets(Self.sketch(30_000)))
    }

    /// What the checker compares is found by the sketch: one that lagged behind would hide a collision from it.
    @Test func aRowKeepsTheSketchOfThePortsItHasNow() throws {
        var row = try row()
        #expect(row.portSketch.meets(Self.sketch(30_000)))
        row.ports = [Self.mapping(30_001)]
        #expect(!row.portSketch.meets(Self.sketch(30_000)))
        #expect(row.portSketch.meets(Self.sketch(30_001)))
        row.formerPorts = [Self.mapping(30_000)]
        #expect(row.portSketch.meets(Self.sketch(30_000)))
        row.formerPorts = []
        #expect(!row.portSketch.meets(Self.sketch(30_000)))
    }
}
