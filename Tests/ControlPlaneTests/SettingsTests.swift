import ClusterCore
import Model
import Testing

@testable import ControlPlane

@Suite struct SettingsTests {
    /// The control plane's lines of the product description, as they are written there.
    static let seed = [
        "FLEDX_CP_SERVER_HOST": "0.0.0.0", "FLEDX_CP_SERVER_PORT": "8080",
        "FLEDX_CP_DATABASE_URL": "sqlite://./fledx.db", "FLEDX_CP_TUNNEL_ADVERTISED_HOST": "127.0.0.1",
        "FLEDX_CP_TUNNEL_ADVERTISED_PORT": "7443", "FLEDX_CP_TUNNEL_USE_TLS": "false",
        "FLEDX_CP_TUNNEL_HEARTBEAT_INTERVAL_SECS": "30", "FLEDX_CP_TUNNEL_HEARTBEAT_TIMEOUT_SECS": "90",
        "FLEDX_CP_REGISTRATION_TOKEN": "your-registration-token", "FLEDX_CP_OPERATOR_TOKENS": "token1,token2",
        "FLEDX_CP_OPERATOR_HEADER_NAME": "authorization", "FLEDX_CP_TOKENS_PEPPER": "your-token-pepper",
        "FLEDX_CP_LIMITS_REGISTRATION_BODY_BYTES": "16384", "FLEDX_CP_LIMITS_HEARTBEAT_BODY_BYTES": "65536",
        "FLEDX_CP_LIMITS_CONFIG_PAYLOAD_BYTES": "131072", "FLEDX_CP_RETENTION_INSTANCE_STATUS_SECS": "86400",
        "FLEDX_CP_RETENTION_INSTANCE_METRICS_SECS": "600", "FLEDX_CP_RETENTION_USAGE_WINDOW_SECS": "604800",
        "FLEDX_CP_RETENTION_USAGE_CLEANUP_INTERVAL_SECS": "300",
        "FLEDX_CP_REACHABILITY_HEARTBEAT_STALE_SECS": "90", "FLEDX_CP_REACHABILITY_SWEEP_INTERVAL_SECS": "15",
        "FLEDX_CP_REACHABILITY_RESCHEDULE_ON_UNREACHABLE": "true", "FLEDX_CP_PORTS_AUTO_ASSIGN": "false",
        "FLEDX_CP_PORTS_RANGE_START": "30000", "FLEDX_CP_PORTS_RANGE_END": "40000",
        "FLEDX_CP_VOLUMES_ALLOWED_HOST_PREFIXES": "/data,/mnt/storage",
        "FLEDX_CP_FEATURES_ENFORCE_AGENT_COMPATIBILITY": "true",
    ]

    @Test func theListingOfTheProductDescriptionStarts() throws {
        let settings = try ControlPlaneSettings(environment: Self.seed)
        #expect(settings.operatorTokens.map(\.revealed) == ["token1", "token2"])
        #expect(settings.warnings.isEmpty)
        #expect(settings.volumePrefixes == VolumePrefixes(["/data", "/mnt/storage"]))
    }

    @Test func withoutAnySettingTheSeedsDefaultsStand() throws {
        let settings = try ControlPlaneSettings(environment: ["PATH": "/bin"])
        #expect(settings.serverHost == "0.0.0.0")
        #expect(settings.serverPort == 8080)
        #expect(settings.databasePath == "./fledx.db")
        #expect(settings.tunnel == TunnelEndpoint(host: "127.0.0.1", port: 7443, useTLS: false))
        #expect(settings.operatorHeader == "authorization")
        #expect(
            settings.operatorTokens.isEmpty && settings.pepper == nil && settings.registrationToken == nil)
        #expect(settings.cluster.staleMilliseconds == 90_000)
        #expect(settings.cluster.portRange == 30_000...40_000)
        #expect(settings.warnings.isEmpty)
    }

    @Test func everyProblemIsToldAtOnceWithoutSecrets() {
        let problems = problems([
            "FLEDX_CP_SERVER_PORT": "99999", "FLEDX_CP_TUNNEL_USE_TLS": "perhaps",
            "FLEDX_CP_SERVER_PROT": "1", "FLEDX_CP_TOKENS_PEPPER": "s3cret",
        ])
        #expect(problems.count == 3)
        #expect(problems.contains { $0.contains("FLEDX_CP_SERVER_PORT='99999'") })
        #expect(
            problems.contains { $0.contains("FLEDX_CP_SERVER_PROT") && $0.contains("FLEDX_CP_SERVER_PORT") })
        #expect(!problems.contains { $0.contains("s3cret") })
    }

    @Test func rulesBetweenKeysAreTold() {
        let problems = problems([
            "FLEDX_CP_PORTS_RANGE_START": "500", "FLEDX_CP_PORTS_RANGE_END": "400",
            "FLEDX_CP_TUNNEL_HEARTBEAT_INTERVAL_SECS": "90", "FLEDX_CP_DATABASE_URL": "postgres://x",
            "FLEDX_CP_OPERATOR_TOKENS": " , ", "FLEDX_CP_OPERATOR_HEADER_NAME": "no header",
            "FLEDX_CP_COMPATIBILITY_MIN_AGENT_VERSION": "one",
        ])
        #expect(problems.count == 6)
    }

    @Test(arguments: [
        "FLEDX_CP_AUDIT_EXPORT_WEBHOOK_URL", "FLEDX_CP_LIMITS_MAX_FIELD_LEN",
    ])
    func aKeyWhosePartIsNotBuiltIsRefusedByName(key: String) {
        let problems = problems([key: "1"])
        #expect(problems.count == 1)
        #expect(problems.first?.contains(key) == true)
    }

    @Test func aMetricsHostWithoutAPortIsRefused() {
        let problems = problems(["FLEDX_CP_METRICS_HOST": "127.0.0.1"])
        #expect(problems.count == 1 && problems.first?.contains("FLEDX_CP_METRICS_PORT") == true)
    }

    @Test func problemsOfSingleKeysAndOfRulesComeAtOnce() {
        let problems = problems([
            "FLEDX_CP_SERVER_PORT": "99999", "FLEDX_CP_DATABASE_URL": "postgres://x",
            "FLEDX_CP_TUNNEL_HEARTBEAT_INTERVAL_SECS": "90", "FLEDX_CP_TUNNEL_HEARTBEAT_TIMEOUT_SECS": "90",
        ])
        #expect(problems.count == 3, "\(problems)")
    }

    @Test func aMisspelledLogLevelIsAWarning() throws {
        #expect(
            try ControlPlaneSettings(environment: ["FLEDX_LOG": "loud"]).warnings.first?
                .hasPrefix("FLEDX_LOG: 'loud' is no level") == true)
        for fine in ["debug", "warn,fledx::http=debug", "fledx::cluster"] {
            #expect(try ControlPlaneSettings(environment: ["FLEDX_LOG": fine]).warnings.isEmpty)
        }
    }

    @Test func theSettingsInEffectArePrintedWithoutSecrets() throws {
        let settings = try ControlPlaneSettings(environment: Self.seed)
        #expect(settings.printed.contains("FLEDX_CP_SERVER_PORT=8080\n"))
        #expect(settings.printed.contains("FLEDX_CP_OPERATOR_TOKENS=<redacted>\n"))
        for secret in ["token1", "your-token-pepper", "your-registration-token"] {
            #expect(!settings.printed.contains(secret))
        }
    }

    @Test func theLogFilterOfThisProgramWinsOverTheCommonOne() throws {
        let settings = try ControlPlaneSettings(environment: ["FLEDX_LOG": "debug", "RUST_LOG": "info"])
        #expect(settings.logFilter == "debug")
        #expect(try ControlPlaneSettings(environment: ["RUST_LOG": "warn"]).logFilter == "warn")
    }

    private func problems(_ environment: [String: String]) -> [String] {
        do {
            _ = try ControlPlaneSettings(environment: environment)
            return []
        } catch {
            return error.problems
        }
    }
}
