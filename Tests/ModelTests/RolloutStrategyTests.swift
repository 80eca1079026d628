import JSON
import Model
import Testing

@Suite struct RolloutStrategyTests {
    private func read(_ strategy: String) throws -> (RolloutStrategy?, [String]) {
        var faults = FaultList()
        let text = #"{"name":"web","image":"nginx","strategy":\#(strategy)}"#
        let spec = DeploymentSpecReader.read(try JSONNode.parse(Array(text.utf8)), faults: &faults)
        return (spec?.strategy, faults.faults.map(\.field))
    }

    @Test(arguments: ["{}", "null"])
    func nothingSaidTakesTheDefaults(_ text: String) throws {
        let (strategy, faults) = try read(text)
        #expect(faults.isEmpty)
        #expect(
            strategy
                == RolloutStrategy(
                    kind: .rolling, order: .auto, maxUnavailable: 1, maxSurge: 0, healthyAfterSecs: 5,
                    gateSecs: 30, deadlineSecs: 300, autoRollback: true))
    }

    @Test func everyFieldIsReadAndWrittenBack() throws {
        let (strategy, faults) = try read(
            """
            {"type":"recreate","order":"start_first","max_unavailable":3,"max_surge":2,"healthy_after_secs":0,
             "gate_secs":7,"deadline_secs":8,"auto_rollback":false}
            """)
        #expect(faults.isEmpty)
        let expected = RolloutStrategy(
            kind: .recreate, order: .startFirst, maxUnavailable: 3, maxSurge: 2, healthyAfterSecs: 0,
            gateSecs: 7, deadlineSecs: 8, autoRollback: false)
        #expect(strategy == expected)
        #expect(try JSONCoder.decode(RolloutStrategy.self, from: JSONCoder.encode(expected)) == expected)
    }

    @Test(arguments: [
        (#"{"type":"blue_green"}"#, ["strategy.type"]),
        (#"{"order":"both"}"#, ["strategy.order"]),
        (#"{"max_unavailable":0}"#, ["strategy.max_unavailable"]),
        (#"{"max_surge":-1}"#, ["strategy.max_surge"]),
        (#"{"healthy_after_secs":31}"#, ["strategy.gate_secs"]),
        (#"{"deadline_secs":10}"#, ["strategy.deadline_secs"]),
        (
            #"{"gate_secs":0,"auto_rollback":1,"speed":2}"#,
            ["strategy.gate_secs", "strategy.auto_rollback", "strategy.speed"]
        ),
        ("[]", ["strategy"]),
    ])
    func faultsAreToldWithTheirPaths(_ text: String, _ fields: [String]) throws {
        let (strategy, faults) = try read(text)
        #expect(strategy == nil)
        #expect(faults == fields)
    }

    @Test func replicaOfAnOlderDocumentTakesTheDefaults() throws {
        let replica = DesiredReplica(
            assignmentID: AssignmentID(UUIDValue(high: 1, low: 1)),
            deploymentID: DeploymentID(UUIDValue(high: 2, low: 2)), name: "web", replicaNumber: 0,
            generation: 1, strategy: RolloutStrategy(gateSecs: 9), container: ContainerSpec(image: "nginx"))
        let bytes = try JSONCoder.encode(replica)
        #expect(try JSONCoder.decode(DesiredReplica.self, from: bytes) == replica)
        let node = try JSONNode.parse(bytes)
        let older = MergePatch.apply(try JSONNode.parse(Array(#"{"strategy":null}"#.utf8)), to: node)
        let read = try JSONCoder.decode(DesiredReplica.self, from: older.encoded())
        #expect(read.strategy == RolloutStrategy())
    }
}
