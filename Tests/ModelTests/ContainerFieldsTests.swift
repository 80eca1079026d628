import JSON
import Model
import Testing

/// What stands around the program in its container: read strictly, written only where it differs from the defaults.
@Suite struct ContainerFieldsTests {
    private func read(_ members: String) throws -> (DeploymentSpec?, [FieldFault]) {
        var faults = FaultList()
        let text = "{\"name\":\"web\",\"image\":\"nginx\",\(members)}"
        let spec = DeploymentSpecReader.read(try JSONNode.parse(Array(text.utf8)), faults: &faults)
        return (spec, faults.faults)
    }

    private static let all = """
        "secret_env":[{"name":"DB","secret":"db-password"},{"name":"X","secret":"x","optional":true}],
        "secret_files":[{"path":"/run/key","secret":"key"}],
        "volumes":[{"host_path":"/data//web/","container_path":"/srv","read_only":true}],
        "health":{"liveness":{"type":"http","port":80,"path":"live"},
                  "readiness":{"type":"tcp","port":81,"success_threshold":2},
                  "startup":{"type":"exec","command":["true"],"interval_seconds":1,"timeout_seconds":2,
                             "start_period_seconds":3,"failure_threshold":4}},
        "requires_public_ip":true,"logging":{"max_size_bytes":8192,"max_files":2},
        "read_only_rootfs":true,"cap_add":["cap_net_admin","NET_ADMIN"],"cap_drop":["ALL"],
        "devices":[{"host_path":"/dev/null","container_path":"/dev/zero0","permissions":"rw"}],
        "tmpfs":[{"path":"/tmp","size_bytes":65536,"mode":"1777"}],
        "network":{"name":"backend"},"extra_hosts":["db:10.0.0.1","h:host-gateway"],
        "pull":{"policy":"always","credential":"ghcr"},
        "ports":[{"container_port":80,"expose":true},{"container_port":81,"publish":false}]
        """

    @Test func everyKeyIsReadAndComesBackTheSame() throws {
        let (spec, faults) = try read(Self.all)
        #expect(faults.isEmpty, "\(faults)")
        let read = try #require(spec)
        let container = read.container
        #expect(container.secretEnv[1] == SecretVariable(name: "X", secret: "x", optional: true))
        #expect(
            container.volumes == [VolumeMount(hostPath: "/data/web", containerPath: "/srv", readOnly: true)])
        #expect(container.health?.liveness == ProbeSpec(.http(port: 80, path: "/live")))
        #expect(container.health?.readiness?.successThreshold == 2)
        #expect(container.health?.startup?.startPeriodSeconds == 3)
        #expect(container.isolation.capAdd == ["NET_ADMIN"])
        #expect(container.isolation.network == NetworkSpec(name: "backend"))
        #expect(container.pull.credential == "ghcr")
        #expect(read.needsPublicIP && !read.waitsForItsNode)
        let again = try JSONCoder.decode(DeploymentSpec.self, from: JSONCoder.encode(read))
        #expect(again == read)
        var faultsAgain = FaultList()
        #expect(DeploymentSpecReader.read(try JSONCoder.node(of: read), faults: &faultsAgain) == read)
        #expect(faultsAgain.isEmpty, "\(faultsAgain.faults)")
    }

    @Test func defaultsAreNotWritten() throws {
        let spec = DeploymentSpec(
            name: "web", container: ContainerSpec(image: "nginx"), ports: [.init(containerPort: 80)])
        let keys = Set(try #require(JSONCoder.node(of: spec).objectValue).map(\.key))
        #expect(
            keys.isDisjoint(with: [
                "secret_env", "secret_files", "volumes", "health", "logging", "read_only_rootfs", "cap_add",
                "cap_drop", "devices", "tmpfs", "network", "extra_hosts", "requires_public_ip", "tunnel_only",
            ]))
        #expect(!String(decoding: try JSONCoder.encode(spec), as: UTF8.self).utf8.isEmpty)
        #expect(try JSONCoder.node(of: spec)["ports"]?.arrayValue?.first?["publish"] == nil)
    }

    @Test(
        arguments: [
            (
                #""secret_env":[{"name":"A B","secret":"a/b"},{"secret":"x"},{"name":"C","secret":".."}]"#,
                ["secret_env[0].name", "secret_env[0].secret", "secret_env[1].name", "secret_env[2].secret"]
            ),
            (#""secret_env":[{"name":"A","secret":"a"},{"name":"A","secret":"b"}]"#, ["secret_env[1].name"]),
            (#""secret_files":[{"path":"rel","secret":"a"}]"#, ["secret_files[0].path"]),
            (
                #""volumes":[{"host_path":"/a/../b","container_path":"/"}]"#,
                ["volumes[0].host_path", "volumes[0].container_path"]
            ),
            (
                #""volumes":[{"host_path":"/a","container_path":"/x"},{"host_path":"/b","container_path":"/x/"}]"#,
                ["volumes[1].container_path"]
            ),
            (
                #""volumes":[{"host_path":"/a","container_path":"/x"}],"tmpfs":[{"path":"/x"}]"#,
                ["tmpfs[0].path"]
            ),
            (#""health":{}"#, ["health"]),
            (#""health":{"liveness":{"port":1}}"#, ["health.liveness.type"]),
            (
                #""health":{"liveness":{"type":"http","path":"a b"}}"#,
                ["health.liveness.port", "health.liveness.path"]
            ),
            (
                #""health":{"liveness":{"type":"tcp","port":0,"interval_seconds":0,"path":"/"}}"#,
                ["health.liveness.port", "health.liveness.interval_seconds", "health.liveness.path"]
            ),
            (#""health":{"readiness":{"type":"exec","command":[]}}"#, ["health.readiness.command"]),
            (
                #""health":{"liveness":{"type":"tcp","port":1,"success_threshold":2}}"#,
                ["health.liveness.success_threshold"]
            ),
            (
                #""logging":{"max_size_bytes":1,"max_files":0}"#,
                ["logging.max_size_bytes", "logging.max_files"]
            ),
            (#""cap_add":["NET_ADMIN","MAGIC"],"cap_drop":["net_admin"]"#, ["cap_add[1]", "cap_drop"]),
            (#""devices":[{"host_path":"/dev/x","permissions":"rrx"}]"#, ["devices[0].permissions"]),
            (
                #""tmpfs":[{"path":"/t","size_bytes":1,"mode":"9"}]"#,
                ["tmpfs[0].size_bytes", "tmpfs[0].mode"]
            ),
            (#""network":{"mode":"host","name":"x"}"#, ["network.name"]),
            (#""network":{"name":"host"}"#, ["network.name"]),
            (#""network":{"mode":"none"},"ports":[{"container_port":1}]"#, ["ports"]),
            (
                #""network":{"mode":"none"},"health":{"liveness":{"type":"tcp","port":1}}"#,
                ["health.liveness.type"]
            ),
            (
                #""network":{"mode":"host"},"ports":[{"container_port":1,"host_port":2}]"#,
                ["ports[0].host_port"]
            ),
            (
                #""ports":[{"container_port":1,"host_port":2,"publish":false,"expose":true}]"#,
                ["ports[0].host_port", "ports[0].expose"]
            ),
            (#""tunnel_only":true,"ports":[{"container_port":1,"host_port":2}]"#, ["ports[0].host_port"]),
            (#""requires_public_ip":true"#, ["requires_public_ip"]),
            (#""requires_public_ip":true,"ports":[{"container_port":1}]"#, ["requires_public_ip"]),
            (#""extra_hosts":["db","db:x"]"#, ["extra_hosts[0]", "extra_hosts[1]"]),
            (#""pull":{"credential":"a b"}"#, ["pull.credential"]),
        ] as [(String, [String])])
    func everyRuleNamesItsField(body: String, fields: [String]) throws {
        let (spec, faults) = try read(body)
        #expect(spec == nil)
        #expect(faults.map(\.field) == fields, "\(faults)")
    }

    @Test func servedPortsFollowNetworkAndTunnel() throws {
        let (onHost, _) = try read(
            #""network":{"mode":"host"},"ports":[{"container_port":53,"protocol":"udp"}]"#)
        #expect(try #require(onHost).servedPorts.map(\.hostPort) == [53])
        let (inside, _) = try read(#""tunnel_only":true,"ports":[{"container_port":80}]"#)
        #expect(try #require(inside).servedPorts.map(\.publish) == [false])
        #expect(try #require(inside).ports.map(\.publish) == [true])
    }

    @Test func writableVolumesTieAReplicaToItsNodeUnlessToldOtherwise() throws {
        let volume = #""volumes":[{"host_path":"/a","container_path":"/b"}]"#
        #expect(try #require(read(volume).0).waitsForItsNode)
        #expect(try !#require(read(volume + #","disconnect":{"lost_after_secs":60}"#).0).waitsForItsNode)
        #expect(
            try !#require(read(#""volumes":[{"host_path":"/a","container_path":"/b","read_only":true}]"#).0)
                .waitsForItsNode)
    }

    @Test func volumePrefixesAreComparedPartByPart() {
        let prefixes = VolumePrefixes(["/data/", "/mnt/storage"])
        func faults(_ path: String, before: [VolumeMount] = []) -> [String] {
            var faults = FaultList()
            prefixes.check(
                [VolumeMount(hostPath: path, containerPath: "/x")], declaredBefore: before, &faults)
            return faults.faults.map(\.field)
        }
        #expect(faults("/data").isEmpty && faults("/data/a/b").isEmpty && faults("/mnt/storage/x").isEmpty)
        #expect(faults("/database") == ["volumes[0].host_path"])
        #expect(faults("/mnt") == ["volumes[0].host_path"])
        #expect(faults("/mnt", before: [VolumeMount(hostPath: "/mnt", containerPath: "/y")]).isEmpty)
        var none = FaultList()
        VolumePrefixes().check([VolumeMount(hostPath: "/etc", containerPath: "/x")], &none)
        #expect(none.isEmpty)
    }

    @Test func everyOptionalKeyNeedsItsCapability() throws {
        let spec = try #require(read(Self.all).0)
        let needed = Set(spec.container.requiredCapabilities)
        #expect(
            needed == [
                .pull, .pullCredential, .secretEnv, .secretFiles, .volumes, .health, .logging,
                .readOnlyRootfs, .capAdd, .capDrop, .devices, .tmpfs, .network, .extraHosts,
            ])
        #expect(ContainerSpec(image: "x").requiredCapabilities.isEmpty)
    }
}
