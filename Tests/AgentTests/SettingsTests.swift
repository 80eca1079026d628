import EventLoop
import Model
import TestKit
import Testing

@testable import Agent

@Suite struct SettingsTests {
    /// A value other than the default for every key that has an effect, with what it needs beside it.
    static func sample(_ key: String, _ folder: TemporaryFolder) throws -> [String: String] {
        let file = folder.path("file")
        try FileIO.writeDurably(file, Array("secret".utf8))
        let values = [
            "CONTROL_PLANE_URL": "https://cp.example:8443", "DATA_DIR": "/elsewhere",
            "REGISTRATION_TOKEN": "t", "REGISTRATION_TOKEN_FILE": file, "CA_CERT_PATH": file,
            "HEARTBEAT_INTERVAL_SECS": "7", "HEARTBEAT_TIMEOUT_SECS": "7", "HEARTBEAT_MAX_RETRIES": "7",
            "HEARTBEAT_BACKOFF_MS": "777", "SHUTDOWN_DEADLINE_SECS": "7",
            "DOCKER_HOST": "unix:///other.sock", "NODE_NAME": "edge-7", "ARCH": "riscv64", "OS": "plan9",
            "LABELS": "a=b", "CAPACITY_CPU_MILLIS": "77", "CAPACITY_MEMORY_BYTES": "77",
            "PUBLIC_HOST": "edge.example", "PUBLIC_IP": "192.0.2.7", "METRICS_HOST": "0.0.0.0",
            "METRICS_PORT": "7777", "RECONCILE_INTERVAL_SECS": "7",
            "DOCKER_RECONNECT_BACKOFF_MS": "777", "DOCKER_RECONNECT_BACKOFF_MAX_MS": "77777",
            "RESTART_BACKOFF_MS": "777", "RESTART_BACKOFF_MAX_MS": "77777", "RESTART_FAILURE_LIMIT": "7",
            "RESOURCE_SAMPLE_INTERVAL_SECS": "7", "RESOURCE_SAMPLE_WINDOW": "7",
            "RESOURCE_SAMPLE_MAX_CONCURRENCY": "7", "RESOURCE_SAMPLE_BACKOFF_MS": "777",
            "RESOURCE_SAMPLE_BACKOFF_MAX_MS": "77777", "HEARTBEAT_MAX_METRICS": "7",
            "ALLOWED_VOLUME_PREFIXES": "/data,/mnt", "SECRETS_DIR": "/secrets", "SECRETS_PREFIX": "S_",
            "RUN_DIR": "/dev/shm/fledx", "IMAGE_HIGH_PERCENT": "90", "IMAGE_LOW_PERCENT": "7",
            "IMAGE_INTERVAL_SECS": "7",
            "RESERVED_CPU_MILLIS": "7", "RESERVED_MEMORY_BYTES": "7",
            "VOLUME_DATA_DIR": "/elsewhere", "REGISTRY_AUTH_FILE": file,
            "TUNNEL_ENDPOINT_HOST": "tunnel.example", "TUNNEL_ENDPOINT_PORT": "7777",
            "TUNNEL_USE_TLS": "true", "TUNNEL_CONNECT_TIMEOUT_SECS": "7", "TUNNEL_TOKEN_HEADER": "x-other",
            "TUNNEL_HEARTBEAT_INTERVAL_SECS": "7", "TUNNEL_HEARTBEAT_TIMEOUT_SECS": "77",
            "LINK_PROFILE": "metered", "TUNNEL_RECONNECT_MAX_MS": "77", "TUNNEL_ROUTES": "/page=127.0.0.1:80",
            "TUNNEL_STREAMS": "300", "ALLOW_EXEC": "false",
        ]
        let short = String(key.dropFirst("FLEDX_AGENT_".count))
        switch short {
        case "NODE_ID", "NODE_TOKEN":
            return [
                "FLEDX_AGENT_NODE_ID": "00000000-0000-0001-0000-000000000001",
                "FLEDX_AGENT_NODE_TOKEN": "t",
            ]
        case "CA_FINGERPRINT":
            return [
                key: String(repeating: "ab", count: 32),
                "FLEDX_AGENT_CONTROL_PLANE_URL": "https://cp.example:8443",
            ]
        case "CLIENT_CERT_PATH", "CLIENT_KEY_PATH":
            return ["FLEDX_AGENT_CLIENT_CERT_PATH": file, "FLEDX_AGENT_CLIENT_KEY_PATH": file]
        case "DOCKER_CERT_PATH":
            for name in ["ca.pem", "cert.pem", "key.pem"] {
                try FileIO.writeDurably(folder.path(name), Array("pem".utf8))
            }
            return [key: folder.path, "FLEDX_AGENT_DOCKER_HOST": "tcp://192.0.2.1:2376"]
        case "TLS_INSECURE_SKIP_VERIFY": return [key: "true"]
        case "FORCE_EMPTY_CAPACITY", "CLEANUP_ON_SHUTDOWN": return [key: "true"]
        case "FORCE_EMPTY_LABELS": return [key: "true", "FLEDX_AGENT_LABELS": "a=b"]
        case "ALLOW_INSECURE_HTTP":
            return [key: "true", "FLEDX_AGENT_CONTROL_PLANE_URL": "http://192.0.2.1:8080"]
        default: return [key: try #require(values[short], "\(key) has no sample: has it an effect?")]
        }
    }

    @Test func everyKeyHasAnEffectOrIsRefused() throws {
        let folder = try TemporaryFolder()
        let plain = "\(try AgentConfiguration([:]))"
        for setting in AgentSettings.table.settings {
            if case .notBuilt = setting.support {
                let problems = Self.problems([setting.key: "unusual"])
                #expect(problems.count == 1, "\(setting.key): \(problems)")
                #expect(problems.first?.contains("not built yet") == true)
                continue
            }
            let changed = try AgentConfiguration(try Self.sample(setting.key, folder))
            let isAboutLabels = setting.key == "FLEDX_AGENT_FORCE_EMPTY_LABELS"
            let before = isAboutLabels ? "\(try AgentConfiguration(["FLEDX_AGENT_LABELS": "a=b"]))" : plain
            #expect("\(changed)" != before, "\(setting.key) has no effect")
        }
    }

    @Test func problemsOfTheTableAndBeyondComeAtOnceWithoutSecrets() {
        let problems = Self.problems([
            "FLEDX_AGENT_CONTROL_PLANE_URL": "http://192.0.2.1:8080", "FLEDX_AGENT_METRICS_PORT": "70000",
            "FLEDX_AGENT_NODE_TOKEN": "hush", "FLEDX_AGENT_DATA_DIR": "relative",
            "FLEDX_AGENT_LABELS": "novalue", "FLEDX_AGENT_TYPO": "1", "FLEDX_AGENT_PUBLIC_IP": "nowhere",
            "FLEDX_AGENT_DOCKER_HOST": "ftp://x", "FLEDX_AGENT_CA_CERT_PATH": "/nonexistent.pem",
            "FLEDX_AGENT_REGISTRATION_TOKEN_FILE": "/nonexistent.token",
        ])
        #expect(problems.count == 10, "\(problems)")
        #expect(!problems.joined().contains("hush"))
        #expect(problems.contains { $0.contains("loopback") && $0.contains("192.0.2.1") })
        #expect(problems.contains { $0.contains("belong together") })
        #expect(problems.contains { $0.contains("/nonexistent.pem") })
    }

    @Test(arguments: [
        ("http://127.0.0.1:8080/", true), ("http://localhost", true), ("http://[::1]:8080", true),
        ("https://cp.example", true), ("http://cp.example", false), ("http://127.0.0.1.evil.example", false),
        ("ftp://127.0.0.1", false), ("", true), ("https://user:hush@cp.example", false),
    ])
    func controlPlaneURLs(_ url: String, _ isFine: Bool) {
        let problems = Self.problems(["FLEDX_AGENT_CONTROL_PLANE_URL": url])
        #expect(problems.isEmpty == isFine, "\(problems)")
        #expect(!problems.joined().contains("hush"))
    }

    @Test func aPartOfTheMachineIsLeftToItself() throws {
        func capacity(_ environment: [String: String]) throws -> Capacity? {
            try AgentConfiguration(environment).inventory.capacity
        }
        let cores = Int64(SystemInfo.processorCount) * 1000
        #expect(try capacity([:])?.cpuMillis == cores - cores / 20)
        #expect(try capacity(["FLEDX_AGENT_RESERVED_CPU_MILLIS": "100"])?.cpuMillis == cores - 100)
        #expect(try capacity(["FLEDX_AGENT_CAPACITY_CPU_MILLIS": "700"])?.cpuMillis == 700)
        let both = ["FLEDX_AGENT_CAPACITY_MEMORY_BYTES": "700", "FLEDX_AGENT_RESERVED_MEMORY_BYTES": "900"]
        #expect(try capacity(both)?.memoryBytes == 1)
    }

    @Test func aNodeWithItsIdentityNeedsNoTokenFile() throws {
        let folder = try TemporaryFolder()
        try IdentityStore(folder: folder.path).save(
            .init(nodeID: NodeID(UUIDValue(high: 1, low: 1)), idempotencyKey: "k", nodeToken: "t"))
        let environment = [
            "FLEDX_AGENT_DATA_DIR": folder.path,
            "FLEDX_AGENT_REGISTRATION_TOKEN_FILE": "/nonexistent.token",
        ]
        #expect(throws: Never.self) { try AgentConfiguration(environment) }
    }

    @Test(arguments: [
        ("Edge_1.example.org", "edge-1"), ("", "node"), ("---", "node"), ("ÄÖ", "node"), ("a", "a"),
    ])
    func hostNamesBecomeNodeNames(_ host: String, _ name: String) {
        #expect(AgentConfiguration.nameFromHost(host) == name)
    }

    @Test func anAgentThatCanBeNobodySaysSo() throws {
        let folder = try TemporaryFolder()
        func problems(_ more: [String: String]) -> [String] {
            let environment = ["FLEDX_AGENT_DATA_DIR": folder.path].merging(more) { _, new in new }
            do {
                _ = try AgentConfiguration(environment, needsIdentity: true)
                return []
            } catch { return error.problems }
        }
        #expect(problems([:]).first?.contains("FLEDX_AGENT_REGISTRATION_TOKEN") == true)
        #expect(problems(["FLEDX_AGENT_METRICS_PORT": "x"]).count == 2)
        #expect(problems(["FLEDX_AGENT_REGISTRATION_TOKEN": "t"]).isEmpty)
        try IdentityStore(folder: folder.path).save(
            .init(nodeID: NodeID(UUIDValue(high: 1, low: 1)), idempotencyKey: "k", nodeToken: "t"))
        #expect(problems([:]).isEmpty)
    }

    @Test func whatIsSurelyNotMeantIsAWarning() throws {
        let warnings = try AgentConfiguration([
            "FLEDX_LOG": "loud", "FLEDX_AGENT_REGISTRATION_TOKEN": "t",
            "FLEDX_AGENT_REGISTRATION_TOKEN_FILE": "/nonexistent.token",
        ]).warnings
        #expect(warnings.count == 2)
        #expect(warnings.first?.hasPrefix("FLEDX_LOG: 'loud' is no level") == true)
        #expect(try AgentConfiguration(["RUST_LOG": "loud", "FLEDX_LOG": ""]).warnings.isEmpty)
    }

    static func problems(_ environment: [String: String]) -> [String] {
        do {
            _ = try AgentConfiguration(environment)
            return []
        } catch { return error.problems }
    }
}
