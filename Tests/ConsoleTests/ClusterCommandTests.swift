import ArgumentParser
import JSON
import Model
import Testing

@testable import Console

@Suite struct ClusterCommandTests {
    private static let old = Epoch(UUIDValue(high: 7, low: 7))

    private static func status(held: Bool) -> ClusterStatus {
        ClusterStatus(
            epoch: Epoch(UUIDValue(high: 9, low: 9)), predecessors: [old], accepts: [],
            brake: .init(engaged: held, missing: 4, threshold: 3),
            nodes: [
                .init(
                    nodeID: NodeID(UUIDValue(high: 1, low: 1)), name: "edge-1", epoch: old, revision: 3,
                    applied: .init(epoch: old, revision: 9), held: held,
                    change: held ? .init(starts: 1, updates: 2, keeps: 3, removes: 4) : nil)
            ])
    }

    @Test func statusShowsWhatAConfirmationWouldDo() {
        #expect(
            ClusterText.status(Self.status(held: true)) == """
                HISTORY: 00000000-0000-0009-0000-000000000009
                BEFORE:  00000000-0000-0007-0000-000000000007
                BRAKE:   engaged, no replica is moved (4 nodes missing, engages at 3)
                1 nodes wait for a confirmation:
                NODE    HISTORY                               APPLIED  STARTS  UPDATES  KEEPS  REMOVES
                edge-1  00000000-0000-0007-0000-000000000007  9        1       2        3      4

                """)
    }

    @Test func statusSaysWhenNobodyWaits() {
        let text = ClusterText.status(Self.status(held: false))
        #expect(
            text.hasSuffix("not engaged (4 nodes missing, engages at 3)\nno node waits for a confirmation\n"))
    }

    @Test func aConfirmationNamesTheHistoryAndTheNodes() throws {
        let all = try ClusterConfirm.parse(["\(Self.old)"])
        #expect(all.body == .object(["epoch": .string("\(Self.old)")]))
        let some = try ClusterConfirm.parse(["\(Self.old)", "--node", "a", "--node", "b"])
        #expect(some.body["nodes"] == .array([.string("a"), .string("b")]))
    }

    @Test(arguments: [
        ["cluster", "confirm"], ["cluster", "status", "more"], ["reachability", "resume", "edge-1"],
        ["reachability"],
    ])
    func faultyArgumentsAreRefused(_ words: [String]) {
        #expect(throws: (any Error).self) {
            var command = try Fledx.parseAsRoot(words)
            try command.run()
        }
    }

    @Test(arguments: [["cluster", "status"], ["reachability", "resume"], ["cluster", "confirm", "x"]])
    func theVerbsExist(_ words: [String]) throws {
        #expect(try Fledx.parseAsRoot(words) is any ConsoleCommand)
    }
}
