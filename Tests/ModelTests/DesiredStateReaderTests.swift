import JSON
import Model
import TestKit
import Testing

/// The reader of the desired state against `Codable`, which says what a document means.
@Suite struct DesiredStateReaderTests {
    /// A replica with every member that one can have.
    private static let replica = """
        {"assignment_id":"6b81d150-2714-4e29-9da6-5bb8658b6e34",
         "deployment_id":"d7e5000d-b116-4c2c-af37-634c2a7faba3","name":"web","replica_number":3,"generation":7,
         "restart_nonce":2,"desired_state":"stopped",
         "strategy":{"type":"rolling","order":"auto","max_unavailable":2,"max_surge":1,"healthy_after_secs":4,
                     "gate_secs":31,"deadline_secs":301,"auto_rollback":false},
         "ports":[{"container_port":80,"host_port":8080,"protocol":"tcp","expose":true}],
         "configs":[{"config_id":"00000000-0000-0001-0000-000000000001","version":3}],
         "image":"registry.example/a-long/image:1","command":["a","\\u00e9"],"entrypoint":["/b"],
         "env":{"A":"1","B":"\\n"},"user":"1:2","working_dir":"/w","hostname":"h",
         "resources":{"cpu_millis":500,"memory_bytes":67108864},
         "restart":{"policy":"always","backoff_secs":1,"backoff_max_secs":9,"reset_after_secs":600},
         "stop_grace_secs":11,"pull":{"policy":"always","credential":"ghcr"},
         "secret_env":[{"name":"X","secret":"x","optional":true}],
         "secret_files":[{"path":"/run/key","secret":"key"}],
         "volumes":[{"host_path":"/data","container_path":"/srv","read_only":true}],
         "health":{"liveness":{"type":"http","port":80,"path":"/live"},"readiness":{"type":"tcp","port":81}},
         "logging":{"max_size_bytes":8192,"max_files":2},"read_only_rootfs":true,"cap_add":["NET_ADMIN"],
         "cap_drop":["ALL"],"devices":[{"host_path":"/dev/null","container_path":"/dev/z","permissions":"rw"}],
         "tmpfs":[{"path":"/tmp","size_bytes":65536,"mode":"1777"}],"network":{"name":"backend"},
         "extra_hosts":["db:10.0.0.1"],"of_a_newer_version":[1]}
        """

    private static func text(_ replicas: [String]) -> String {
        """
        {"epoch":"c36f5999-26f6-4011-9f3f-20977f15ebd2","revision":5,"head_revision":6,
         "accepts":["c36f5999-26f6-4011-9f3f-20977f15ebd3"],
         "emptied_by":{"revision":4,"request_id":"r"},"control_plane_version":"0.1.0",
         "min_supported_agent_version":"0.1.0","max_supported_agent_version":"0.1.999",
         "upgrade_url":"https://example/","tunnel":{"host":"h","port":7443,"use_tls":true,
         "connect_timeout_secs":1,"heartbeat_interval_secs":2,"heartbeat_timeout_secs":3,"token_header":"t"},
         "deployments":[\(replicas.joined(separator: ","))],
         "configs":[],"later":null}
        """
    }

    /// Whether both readers say the same of it; nil says that both refuse it.
    private func agreed(_ bytes: [UInt8]) -> DesiredStateDocument? {
        let read = try? DesiredStateReader.decode(bytes)
        let text = String(decoding: bytes, as: UTF8.self)
        #expect(read == (try? JSONCoder.decode(DesiredStateDocument.self, from: bytes)), "\(text)")
        return read
    }

    @Test func everyMemberIsRead() throws {
        let document = try #require(agreed(Array(Self.text([Self.replica, Self.replica]).utf8)))
        let replica = try #require(document.deployments.last)
        #expect(document.deployments.count == 2 && replica == document.deployments[0])
        #expect(replica.replicaNumber == 3 && replica.desiredState == .stopped && replica.ports.count == 1)
        #expect(replica.container.isolation.network?.name == "backend")
        #expect(replica.container.health?.readiness != nil && replica.container.env["B"] == "\n")
        #expect(agreed(try JSONCoder.encode(document)) == document)
        // A member that is added must stand in the text, so that both readers are asked for it.
        let bare = DesiredReplica(
            assignmentID: AssignmentID(UUIDValue(high: 0, low: 0)),
            deploymentID: DeploymentID(UUIDValue(high: 0, low: 0)), name: "", replicaNumber: 0, generation: 0,
            container: ContainerSpec(image: ""))
        for (member, absent) in zip(Mirror(reflecting: replica).children, Mirror(reflecting: bare).children) {
            #expect("\(member.value)" != "\(absent.value)", "\(member.label ?? "")")
        }
    }

    /// The second of two replicas differs in one member: nothing of the first may stand in for it.
    @Test func everyMemberMayBeAbsentOrAnotherOrWrong() throws {
        let whole = try JSONNode.parse(Array(Self.replica.utf8))
        let members = try #require(whole.objectValue)
        let others: [JSONNode] = [.init(.null), "x", 3, -1, 0.5, true, [], ["x"], [3], .init(.object([]))]
        let written = String(decoding: whole.encoded(), as: UTF8.self)
        var accepted = 0
        for index in members.indices {
            var without = members
            without.remove(at: index)
            var variants = [without]
            for other in others {
                var with = members
                with[index].value = other
                variants.append(with)
            }
            for variant in variants {
                let text = String(decoding: JSONNode(.object(variant)).encoded(), as: UTF8.self)
                for list in [[written, text], [text, written, text]] {
                    if agreed(Array(Self.text(list).utf8)) != nil { accepted += 1 }
                }
            }
        }
        #expect(accepted > members.count)
    }

    @Test func everyMemberOfTheDocumentMayBeAbsentOrWrong() throws {
        let whole = try JSONNode.parse(Array(Self.text([Self.replica]).utf8))
        let members = try #require(whole.objectValue)
        for index in members.indices {
            var variant = members
            variant.remove(at: index)
            _ = agreed(JSONNode(.object(variant)).encoded())
            for other in [JSONNode(.null), "x", 3, []] {
                variant = members
                variant[index].value = other
                _ = agreed(JSONNode(.object(variant)).encoded())
            }
        }
    }

    /// Damaged documents are refused by both, or mean the same to both.
    @Test func damagedDocumentsMeanTheSame() {
        let bytes = Array(Self.text([Self.replica, Self.replica]).utf8)
        var random = SeededIDSource(seed: 20_261_127)
        var refused = 0
        let count = 3000
        for _ in 0..<count {
            if agreed(bytes.damaged(using: &random)) == nil { refused += 1 }
        }
        #expect(refused > 0 && refused < count)
    }

    @Test func anErrorSaysWhere() {
        let text = Self.text([Self.replica, #"{"name":3}"#])
        let error = #expect(throws: JSONError.self) { try DesiredStateReader.decode(Array(text.utf8)) }
        #expect(error?.code == .typeMismatch && (error?.line ?? 0) > 20)
    }
}
