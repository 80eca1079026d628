import AgentTestKit
import DockerEngine
import EventLoop
import Foundation
import JSON
import Model
import TestKit
import Testing

/// One deployment with every field of the specification, compared with what the engine has made of it.
@Suite(.onLoop) struct WholeSpecTests {
    private static func body(_ image: String, _ port: UInt16, _ prefix: String) -> String {
        """
        {"name": "whole", "image": "\(image)", "replicas": 1, "desired_state": "running",
         "labels": {"team": "edge"}, "command": ["-c", "echo here >/scratch/index.html; exec httpd -f -p 80 -h /scratch"],
         "entrypoint": ["/bin/sh"],
         "env": {"A": "1", "B": "two words"}, "user": "0:0", "working_dir": "/tmp", "hostname": "whole-host",
         "secret_env": [{"name": "TOKEN", "secret": "token"}],
         "secret_files": [{"path": "/run/token", "secret": "token"}],
         "volumes": [{"host_path": "\(prefix)/data", "container_path": "/data"},
                     {"host_path": "\(prefix)/shown", "container_path": "/shown", "read_only": true}],
         "ports": [{"container_port": 80, "host_port": \(port), "host_ip": "127.0.0.1"},
                   {"container_port": 9000, "protocol": "udp", "publish": false}],
         "health": {"liveness": {"type": "tcp", "port": 80}, "startup": {"type": "exec", "command": ["/bin/id"]},
                    "readiness": {"type": "http", "port": 80, "path": "/", "interval_seconds": 1}},
         "resources": {"cpu_millis": 500, "memory_bytes": 67108864, "pids": 64},
         "restart": {"policy": "on_failure", "backoff_secs": 1, "backoff_max_secs": 5, "reset_after_secs": 60},
         "strategy": {"type": "recreate", "healthy_after_secs": 1, "gate_secs": 20}, "stop_grace_secs": 3,
         "pull": {"policy": "never"}, "logging": {"max_size_bytes": 1048576, "max_files": 2},
         "read_only_rootfs": true, "cap_add": ["NET_ADMIN"], "cap_drop": ["MKNOD"],
         "devices": [{"host_path": "/dev/null", "container_path": "/dev/nothing", "permissions": "rw"}],
         "tmpfs": [{"path": "/scratch", "size_bytes": 1048576, "mode": "1770"}],
         "network": {"mode": "bridge"}, "extra_hosts": ["db:192.0.2.9"]}
        """
    }

    private static func replica(_ spec: DeploymentSpec) -> DesiredReplica {
        DesiredReplica(
            assignmentID: AssignmentID(UUIDValue(high: 2, low: 1)),
            deploymentID: DeploymentID(UUIDValue(high: 3, low: 1)), name: spec.name, replicaNumber: 0,
            generation: 1, desiredState: spec.desiredState, strategy: spec.strategy, ports: spec.ports,
            container: spec.container)
    }

    @Test @LoopActor func everyFieldIsInTheRealContainer() async throws {
        try await NodeFixture.run { node in
            let prefix = node.folder.path("volumes")
            let port = try await EngineFixture.freePort()
            try FileIO.makeFolders("\(prefix)/shown")
            let text = Self.body(try await node.docker.image(.one), port, prefix)
            var faults = FaultList()
            let spec = try #require(
                DeploymentSpecReader.read(try JSONNode.parse(Array(text.utf8)), faults: &faults), "\(faults)")
            #expect(Set(spec.container.requiredCapabilities).count >= 14)
            let replica = Self.replica(spec)
            node.controlPlane.publish([replica])
            try node.start([
                "FLEDX_AGENT_ALLOWED_VOLUME_PREFIXES": prefix, "FLEDX_SECRET_token": "hush",
            ])
            let report = try await node.reported(replica, .running) { $0.health?.healthy == true }
            let id = try #require(report.containerID)
            let answer = try await node.docker.call("GET", "/containers/\(id)/json")
            let inspected = try #require(Self.object(answer))
            Self.compare(inspected, port, prefix)
            #expect(await node.page(port) != nil)
        }
    }

    /// The body without the chunk sizes around it.
    private static func object(_ text: String) -> JSONNode? {
        guard let first = text.firstIndex(of: "{"), let last = text.lastIndex(of: "}") else { return nil }
        return try? JSONNode.parse(Array(text[first...last].utf8))
    }

    private static func compare(_ node: JSONNode, _ port: UInt16, _ prefix: String) {
        func text(_ path: String...) -> String? { path.reduce(node) { $0?[$1] }?.stringValue }
        func number(_ path: String...) -> Int64? { path.reduce(node) { $0?[$1] }?.intValue }
        func words(_ path: String...) -> [String]? {
            path.reduce(node) { $0?[$1] }?.arrayValue?.compactMap(\.stringValue)
        }
        #expect(words("Config", "Entrypoint") == ["/bin/sh"])
        #expect(
            words("Config", "Cmd") == [
                "-c", "echo here >/scratch/index.html; exec httpd -f -p 80 -h /scratch",
            ])
        #expect(Set(words("Config", "Env") ?? []).isSuperset(of: ["A=1", "B=two words", "TOKEN=hush"]))
        #expect(text("Config", "User") == "0:0")
        #expect(text("Config", "WorkingDir") == "/tmp")
        #expect(text("Config", "Hostname") == "whole-host")
        #expect(number("Config", "StopTimeout") == 3)
        #expect(text("Config", "Labels", "fledx.deployment_name") == "whole")
        #expect(text("Config", "Labels", "fledx.secret_files") == "r:token")
        #expect(number("HostConfig", "NanoCpus") == 500_000_000)
        #expect(number("HostConfig", "Memory") == 67_108_864)
        #expect(number("HostConfig", "PidsLimit") == 64)
        #expect(text("HostConfig", "RestartPolicy", "Name") == "no")
        #expect(node["HostConfig"]?["ReadonlyRootfs"]?.boolValue == true)
        #expect(words("HostConfig", "CapAdd")?.map { $0.replacing("CAP_", with: "") } == ["NET_ADMIN"])
        #expect(words("HostConfig", "CapDrop")?.map { $0.replacing("CAP_", with: "") } == ["MKNOD"])
        #expect(text("HostConfig", "Tmpfs", "/scratch") == "size=1048576,mode=1770")
        #expect(words("HostConfig", "ExtraHosts") == ["db:192.0.2.9"])
        #expect(["bridge", "default"].contains(text("HostConfig", "NetworkMode") ?? ""))
        #expect(text("HostConfig", "LogConfig", "Type") == "json-file")
        #expect(text("HostConfig", "LogConfig", "Config", "max-size") == "1048576")
        #expect(text("HostConfig", "LogConfig", "Config", "max-file") == "2")
        let device = node["HostConfig"]?["Devices"]?.arrayValue?.first
        #expect(device?["PathOnHost"]?.stringValue == "/dev/null")
        #expect(device?["PathInContainer"]?.stringValue == "/dev/nothing")
        #expect(device?["CgroupPermissions"]?.stringValue == "rw")
        let bindings = node["HostConfig"]?["PortBindings"]
        #expect(bindings?["80/tcp"]?.arrayValue?.first?["HostPort"]?.stringValue == "\(port)")
        #expect(bindings?["80/tcp"]?.arrayValue?.first?["HostIp"]?.stringValue == "127.0.0.1")
        #expect(bindings?["9000/udp"] == nil)
        #expect(node["Config"]?["ExposedPorts"]?["9000/udp"] != nil)
        var mounts: [String: (source: String, writable: Bool)] = [:]
        for mount in node["Mounts"]?.arrayValue ?? [] {
            guard let target = mount["Destination"]?.stringValue else { continue }
            mounts[target] = (mount["Source"]?.stringValue ?? "", mount["RW"]?.boolValue ?? true)
        }
        #expect(mounts["/data"]?.source == "\(prefix)/data")
        #expect(mounts["/data"]?.writable == true)
        #expect(mounts["/shown"]?.writable == false)
        #expect(mounts["/run/token"]?.writable == false)
    }
}
