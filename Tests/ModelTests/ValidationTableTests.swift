import JSON
import Model
import Testing

/// One line a rule: a value that is wrong, and the field that is named for it.
@Suite struct ValidationTableTests {
    private static func faults(_ members: String) throws -> [String] {
        var faults = FaultList()
        let body = #"{"name":"web","image":"nginx"\#(members.isEmpty ? "" : ",")\#(members)}"#
        _ = DeploymentSpecReader.read(try JSONNode.parse(Array(body.utf8)), faults: &faults)
        return faults.faults.map(\.field)
    }

    static let long = String(repeating: "a", count: 256)
    static let huge = String(repeating: "a", count: 33_000)

    @Test(arguments: [
        (#""replicas":-1"#, "replicas"), (#""replicas":10001"#, "replicas"), (#""replicas":"2""#, "replicas"),
        (#""replicas":1.5"#, "replicas"), (#""desired_state":"paused""#, "desired_state"),
        (#""command":"run""#, "command"), (#""command":[1]"#, "command[0]"),
        (#""command":["\#(huge)"]"#, "command"),
        (#""command":["a\u0000"]"#, "command"), (#""env":[]"#, "env"), (#""env":{"A=B":"c"}"#, "env.A=B"),
        (#""env":{"":"c"}"#, "env."), (#""env":{"A":1}"#, "env.A"), (#""env":{"A":"\#(huge)"}"#, "env"),
        (#""environment":{}"#, "environment"), (#""labels":{"a":""}"#, "labels.a"),
        (#""labels":{"A":"1","a":"2"}"#, "labels.a"), (#""labels":{"a b":"c"}"#, "labels.a b"),
        (#""labels":{"\#(long)":"c"}"#, "labels.\(long)"), (#""ports":{}"#, "ports"),
        (#""ports":[80]"#, "ports[0]"),
        (#""ports":[{}]"#, "ports[0].container_port"),
        (#""ports":[{"container_port":0}]"#, "ports[0].container_port"),
        (#""ports":[{"container_port":65536}]"#, "ports[0].container_port"),
        (#""ports":[{"container_port":80,"host_port":0}]"#, "ports[0].host_port"),
        (#""ports":[{"container_port":80,"protocol":"icmp"}]"#, "ports[0].protocol"),
        (#""ports":[{"container_port":80,"host_ip":""}]"#, "ports[0].host_ip"),
        (#""ports":[{"container_port":80,"host_ip":"localhost"}]"#, "ports[0].host_ip"),
        (#""ports":[{"container_port":80},{"container_port":80}]"#, "ports[1].container_port"),
        (
            #""ports":[{"container_port":80,"host_port":9},{"container_port":81,"host_port":9}]"#,
            "ports[1].host_port"
        ),
        (#""ports":[{"container_port":80,"colour":1}]"#, "ports[0].colour"),
        (#""constraints":{"capacity":{"cpu_millis":0}}"#, "constraints.capacity.cpu_millis"),
        (#""constraints":{"labels":{"x":"a,b"}}"#, "constraints.labels.x"),
        (#""constraints":{"zone":"a"}"#, "constraints.zone"),
        (#""placement":{"affinity":{"node_ids":["edge-1"]}}"#, "placement.affinity.node_ids[0]"),
        (#""placement":{"anti_affinity":{"labels":{"":"x"}}}"#, "placement.anti_affinity.labels."),
        (#""placement":{"max_per_node":0}"#, "placement.max_per_node"),
        (#""resources":{"memory_bytes":1000}"#, "resources.memory_bytes"),
        (#""resources":{"cpu_millis":0}"#, "resources.cpu_millis"),
        (#""resources":{"pids":0}"#, "resources.pids"),
        (#""restart":{"policy":"maybe"}"#, "restart.policy"),
        (#""restart":{"backoff_secs":9,"backoff_max_secs":3}"#, "restart.backoff_max_secs"),
        (#""stop_grace_secs":3601"#, "stop_grace_secs"), (#""stop_grace_secs":-1"#, "stop_grace_secs"),
        (#""pull":{"policy":"sometimes"}"#, "pull.policy"), (#""working_dir":"srv""#, "working_dir"),
        (#""user":"""#, "user"), (#""hostname":"\#(long)""#, "hostname"),
        (#""strategy":{"type":"blue_green"}"#, "strategy.type"),
        (#""strategy":{"max_unavailable":0}"#, "strategy.max_unavailable"),
        (#""strategy":{"max_surge":-1}"#, "strategy.max_surge"), (#""mode":"daemon""#, "mode"),
        (#""disconnect":{"on_reconnect":"ask"}"#, "disconnect.on_reconnect"),
    ])
    func aBrokenRuleNamesItsField(members: String, field: String) throws {
        #expect(try Self.faults(members) == [field])
    }

    @Test(arguments: [
        "", #""command":["sh","-c","",""]"#, #""env":{"WITH SPACE":"","EMPTY":""}"#,
        #""labels":{" A ":" b "}"#,
        #""ports":[{"container_port":80},{"container_port":80,"protocol":"udp"}]"#, #""replicas":0"#,
        #""replicas":10000"#, #""placement":{}"#, #""constraints":{"arch":" "}"#, #""resources":{}"#,
        #""env":null,"ports":null,"strategy":null"#,
    ])
    func whatTheRulesAllowIsTaken(members: String) throws {
        #expect(try Self.faults(members) == [])
    }

    @Test(arguments: ["", "-a", "a-", "A", "a_b", "a.b", String(repeating: "a", count: 64)])
    func namesAreRefused(name: String) { #expect(TextRules.nameFault(name) != nil) }

    @Test(arguments: ["a", "0", "a-b", "a--b", String(repeating: "a", count: 63)])
    func namesAreTaken(name: String) { #expect(TextRules.nameFault(name) == nil) }

    @Test func labelsAreTrimmedAndTheirKeysInLowerCase() {
        var faults = FaultList()
        #expect(LabelRules.settled([" Region ": " EU "], at: "labels", &faults) == ["region": "EU"])
        #expect(faults.isEmpty)
    }

    @Test(arguments: [
        (Inventory(publicIP: ""), "public_ip"), (Inventory(publicIP: "1.2.3"), "public_ip"),
        (Inventory(publicHost: " "), "public_host"), (Inventory(publicHost: "a b"), "public_host"),
        (Inventory(arch: long), "arch"), (Inventory(os: long), "os"),
        (Inventory(labels: ["a": ""]), "labels.a"),
        (Inventory(capacity: Capacity(cpuMillis: 0, memoryBytes: 1)), "capacity.cpu_millis"),
        (Inventory(capacity: Capacity(cpuMillis: 1, memoryBytes: -1)), "capacity.memory_bytes"),
    ])
    func aWrongInventoryNamesItsField(inventory: Inventory, field: String) {
        var faults = FaultList()
        _ = InventoryRules.settled(inventory, at: "", &faults)
        #expect(faults.faults.map(\.field) == [field])
    }

    @Test func anInventoryIsBroughtIntoTheFormThatIsStored() {
        var faults = FaultList()
        let settled = InventoryRules.settled(
            Inventory(
                arch: " ARM64 ", os: " ", labels: [:], capacity: Capacity(), publicIP: " 2001:DB8::1 ",
                publicHost: " Edge.Example "), at: "", &faults)
        #expect(faults.isEmpty)
        #expect(
            settled
                == Inventory(
                    arch: "arm64", os: nil, labels: [:], capacity: Capacity(), publicIP: "2001:db8::1",
                    publicHost: "edge.example"))
    }
}
