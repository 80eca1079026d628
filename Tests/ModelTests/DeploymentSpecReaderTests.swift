import JSON
import Model
import Testing

@Suite struct DeploymentSpecReaderTests {
    private func read(_ text: String) throws -> (DeploymentSpec?, [FieldFault]) {
        var faults = FaultList()
        let spec = DeploymentSpecReader.read(try JSONNode.parse(Array(text.utf8)), faults: &faults)
        return (spec, faults.faults)
    }

    @Test func smallestBodyTakesTheDefaults() throws {
        let (spec, faults) = try read(#"{"name":"web","image":"nginx"}"#)
        #expect(faults.isEmpty)
        #expect(spec == DeploymentSpec(name: "web", container: ContainerSpec(image: "nginx")))
    }

    @Test func everyBuiltKeyIsRead() throws {
        let (spec, faults) = try read(
            """
            {"name":"web","image":"nginx:1","replicas":0,"desired_state":"stopped","labels":{"a":"b"},
             "command":["x",""],"entrypoint":["/e"],"env":{"K":""},"user":"1:1","working_dir":"/w","hostname":"h",
             "resources":{"cpu_millis":250,"memory_bytes":67108864,"pids":10},
             "restart":{"policy":"on_failure","backoff_secs":2,"backoff_max_secs":9,"reset_after_secs":5},
             "stop_grace_secs":3,"pull":{"policy":"never"},
             "constraints":{"arch":" ARM64 ","os":"linux","labels":{"z":"1"},"capacity":{"cpu_millis":1}},
             "placement":{"affinity":{"node_ids":["550e8400-e29b-41d4-a716-446655440000"]},"spread":true,"max_per_node":2},
             "ports":[{"container_port":80,"host_port":8080,"protocol":"tcp","host_ip":"127.0.0.1","expose":true,
                       "endpoint":"echoed:1"},{"container_port":53,"protocol":"udp"}]}
            """)
        #expect(faults.isEmpty)
        let read = try #require(spec)
        #expect(read.replicas == 0)
        #expect(read.constraints?.arch == "arm64")
        #expect(read.container.command == ["x", ""])
        #expect(read.container.restart?.policy == .onFailure)
        #expect(read.ports.first?.endpoint == nil)
        #expect(read.ports.last?.transport == .udp)
        let again = try JSONCoder.decode(DeploymentSpec.self, from: JSONCoder.encode(read))
        #expect(again == read)
    }

    @Test func allFaultsComeAtOnceWithTheirPaths() throws {
        let (spec, faults) = try read(
            """
            {"name":"Web","image":"","replicas":-1,"desired_state":"on","labels":{"a b":"c"},"env":{"":"x"},
             "ports":[{"container_port":0},{"host_port":1},{"container_port":80,"host_ip":"nope"},
                      {"container_port":80}],
             "restart":{"policy":"sometimes"},"colour":"blue","volumes":[{}]}
            """)
        #expect(spec == nil)
        let fields = Set(faults.map(\.field))
        let expected: Set<String> = [
            "name", "image", "replicas", "desired_state", "labels.a b", "env.", "ports[0].container_port",
            "ports[1].container_port", "ports[2].host_ip", "ports[3].container_port", "restart.policy",
            "colour",
            "volumes[0].host_path", "volumes[0].container_path",
        ]
        #expect(fields == expected)
    }

    @Test func wrongTypesAreFaultsNotCrashes() throws {
        for text in [
            "[]", "null", "1", #"{"name":1,"image":[]}"#, #"{"name":"a","image":"a","ports":{}}"#,
            #"{"name":"a","image":"a","ports":[1]}"#, #"{"name":"a","image":"a","env":[]}"#,
            #"{"name":"a","image":"a","command":"x"}"#, #"{"name":"a","image":"a","replicas":1.5}"#,
            #"{"name":"a","image":"a","constraints":[]}"#,
        ] {
            let (spec, faults) = try read(text)
            #expect(spec == nil, "\(text)")
            #expect(!faults.isEmpty, "\(text)")
        }
    }

    @Test func ofVeryManyUnknownKeysTheFirstAreTold() throws {
        let keys = (0..<5_000).map { "\"k\($0)\":1" }.joined(separator: ",")
        let (spec, faults) = try read("{\"name\":\"x\",\"image\":\"y\",\(keys)}")
        #expect(spec == nil)
        #expect(faults.count == SpecLimits.entries)
        #expect(faults.last?.message.hasPrefix("unknown key; known are: cap_add, ") == true)
    }

    @Test func mergePatchKeepsClearsAndReplaces() throws {
        let target = try JSONNode.parse(Array(#"{"a":1,"b":{"c":2,"d":3},"e":[1]}"#.utf8))
        let patch = try JSONNode.parse(Array(#"{"b":{"c":null,"x":{"y":null,"z":1}},"e":[2],"a":null}"#.utf8))
        let expected = try JSONNode.parse(Array(#"{"b":{"d":3,"x":{"z":1}},"e":[2]}"#.utf8))
        #expect(MergePatch.apply(patch, to: target) == expected)
    }
}
