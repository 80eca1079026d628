import Model
import Testing

@testable import ClusterCore

@Suite struct LoadingTests {
    @Test func contradictingRowsAreRefused() throws {
        var bench = try ClusterBench()
        let node = try bench.addNode("a")
        try bench.create(.sample())
        guard case .meta(let meta) = bench.stored[.meta] else { throw BenchFailure.unexpectedReply }
        let settings = ClusterSettings()
        func load(_ rows: [Row]) throws(ClusterLoadFailure) {
            _ = try Cluster(loading: ClusterSnapshot(meta: meta, rows: rows), settings: settings)
        }
        let rows = Array(bench.stored.values)
        try load(rows)
        #expect(throws: ClusterLoadFailure.self) { try load(rows.filter { $0.key != .node(node) }) }
        for dropped in rows.map(\.key) {
            switch dropped {
            case .deployment, .revision:
                #expect(throws: ClusterLoadFailure.self) { try load(rows.filter { $0.key != dropped }) }
            case .assignment(let id):
                guard case .assignment(var copy) = bench.stored[.assignment(id)] else { continue }
                copy.id = bench.ids.nextIdentifier()
                #expect(throws: ClusterLoadFailure.self) { try load(rows + [.assignment(copy)]) }
            default: break
            }
        }
    }
}
