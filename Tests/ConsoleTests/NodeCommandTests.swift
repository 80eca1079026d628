import ArgumentParser
import JSON
import Model
import Testing

@testable import Console

@Suite struct NodeCommandTests {
    @Test func labelsBecomeAMergePatch() throws {
        let body = try NodesLabel.body(["zone=a", "rack-", "note=x=y"])
        let expected = #"{"labels":{"note":"x=y","zone":"a","rack":null}}"#
        #expect(body == (try JSONNode.parse(Array(expected.utf8))))
    }

    @Test(arguments: [
        ["nodes", "label", "edge", "zone"], ["nodes", "delete", "edge", "--containers=burn"],
        ["nodes", "cordon"], ["nodes", "drain", "edge", "--wait", "soon"],
    ])
    func faultyArgumentsAreRefused(_ words: [String]) {
        #expect(throws: (any Error).self) { try Fledx.parseAsRoot(words) }
    }

    @Test func anAgentSaysHowItIs() {
        let status = AgentStatus(
            reasons: ["docker is away"], agentVersion: "0.1.0",
            applied: NodeReport.Applied(epoch: Epoch(UUIDValue(high: 1, low: 2)), revision: 7), replicas: 2)
        #expect(
            NodeText.agent(status) == """
                READY:     no
                REASON:    docker is away
                AGENT:     0.1.0
                REVISION:  7
                REPLICAS:  2

                """)
    }

    @Test func drainTellsWhatIsLeft() {
        let left = DrainProgress(
            nodeID: NodeID(UUIDValue(high: 1, low: 2)), availability: .draining,
            remaining: [
                .init(
                    deploymentID: DeploymentID(UUIDValue(high: 3, low: 4)), deployment: "web",
                    replicaNumber: 1, reason: "moves next")
            ], leaving: 2, done: false)
        let text = DrainText.progress(left, node: "edge")
        #expect(text.hasPrefix("node edge: 1 replica to move, 2 leaving\n"))
        #expect(text.contains("moves next"))
        var empty = left
        empty.remaining = []
        empty.done = true
        #expect(DrainText.progress(empty, node: "edge") == "node edge is empty\n")
    }
}
