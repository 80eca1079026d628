import Model
import Testing

@testable import ClusterCore

@Suite struct DocumentTests {
    @Test func revisionCountsOnceACommandAndOnlyWhereSomethingChanged() throws {
        var bench = try ClusterBench()
        let a = try bench.addNode("a")
        let b = try bench.addNode("b")
        #expect(bench.cluster.headRevision(of: a) == 0)
        let reply = try bench.create(.sample(replicas: 4))
        #expect(bench.cluster.headRevision(of: a) == 1)
        #expect(bench.cluster.headRevision(of: b) == 1)
        #expect(bench.effects.filter { $0 == .desiredStateChanged(a) }.count == 1)
        try bench.settle([a, b])
        #expect(bench.cluster.headRevision(of: a) == 1)
        try bench.patch(reply.id) { $0.replicas = 3 }
        let touched = [a, b].filter { bench.cluster.headRevision(of: $0) == 2 }
        #expect(touched.count == 1)
    }

    @Test func emptiedDocumentNamesItsCommand() throws {
        var bench = try ClusterBench()
        let node = try bench.addNode("a")
        #expect(bench.cluster.document(for: node)?.emptiedBy == nil)
        let first = try bench.create(.sample("first"))
        let second = try bench.create(.sample("second"))
        try bench.apply(.deleteDeployment(.init(id: first.id, requestID: "request-1")))
        #expect(bench.cluster.document(for: node)?.emptiedBy == nil)
        try bench.patch(second.id, requestID: "request-2") { $0.replicas = 0 }
        let document = try #require(bench.cluster.document(for: node))
        #expect(document.emptiedBy == .init(revision: document.revision, requestID: "request-2"))
        try bench.restart()
        #expect(bench.cluster.document(for: node) == nil, "it is heard before it is told")
        try bench.report(node)
        #expect(bench.cluster.document(for: node) == document)
        try bench.obey(node)
        try bench.patch(second.id) { $0.replicas = 1 }
        #expect(bench.cluster.document(for: node)?.emptiedBy == nil)
    }

    @Test func deletedNodeHasNoDocument() throws {
        var bench = try ClusterBench()
        let node = try bench.addNode("a")
        try bench.apply(.deleteNode(.init(nodeID: node, requestID: "delete")))
        #expect(bench.cluster.document(for: node) == nil)
        #expect(bench.cluster.headRevision(of: node) == nil)
    }
}
