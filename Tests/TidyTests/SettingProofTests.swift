import ControlPlane
import Model
import Testing

/// Every accepted key of the control plane has an effect, and a test that sees it.
///
/// The table names one test for each key. A name alone is not enough: the test is there, it sets the key itself, it
/// expects something, and it is not about reading the setting.
@Suite struct SettingProofTests {
    static let proofs: [String: String] = [
        "FLEDX_CP_SERVER_HOST": "SettingObservationTests.theAddressListenedOn",
        "FLEDX_CP_SERVER_PORT": "StartTests.aTakenPortIsAStartFailureThatNamesIt",
        "FLEDX_CP_SERVER_TLS_ENABLED": "ServerTLSTests.bothFilesTurnTLSOnAndHalfOfThemIsAMistake",
        "FLEDX_CP_SERVER_TLS_CERT_PATH":
            "TLSThreadTests.aChangedCertificateIsTakenOverWithoutOneFailedRequest",
        "FLEDX_CP_SERVER_TLS_KEY_PATH":
            "TLSThreadTests.aChangedCertificateIsTakenOverWithoutOneFailedRequest",
        "FLEDX_CP_SERVER_TLS_CLIENT_CA_PATH":
            "ServerTLSTests.clientsMustShowACertificateWhenAuthoritiesForThemAreNamed",
        "FLEDX_CP_METRICS_HOST": "PrometheusTests.theSecondListenerServesMetricsAlone",
        "FLEDX_CP_METRICS_PORT": "PrometheusTests.theSecondListenerServesMetricsAlone",
        "FLEDX_CP_METRICS_REQUIRE_AUTH": "AccessTests.metricsAreOpenToThisMachineOnly",
        "FLEDX_CP_DATABASE_URL": "SettingObservationTests.theDatabaseUsed",
        "FLEDX_CP_STORAGE_RESERVE_BYTES": "ReserveTests.belowTheReserveChangesAreRefusedAndTheRestGoesOn",
        "FLEDX_CP_TUNNEL_ADVERTISED_HOST": "SettingObservationTests.whereAgentsAreToldToOpenTheirTunnel",
        "FLEDX_CP_TUNNEL_ADVERTISED_PORT": "SettingObservationTests.whereAgentsAreToldToOpenTheirTunnel",
        "FLEDX_CP_TUNNEL_USE_TLS": "SettingObservationTests.whereAgentsAreToldToOpenTheirTunnel",
        "FLEDX_CP_TUNNEL_CONNECT_TIMEOUT_SECS": "SettingEffectTests.agentsAreToldHowToOpenTheirTunnel",
        "FLEDX_CP_TUNNEL_HEARTBEAT_INTERVAL_SECS":
            "SettingObservationTests.howOftenAgentsAreToldToSayThatTheyLive",
        "FLEDX_CP_TUNNEL_HEARTBEAT_TIMEOUT_SECS":
            "SettingObservationTests.howOftenAgentsAreToldToSayThatTheyLive",
        "FLEDX_CP_TUNNEL_LISTEN_HOST": "TunnelListenerTests.tunnelsComeToAListenerOfTheirOwn",
        "FLEDX_CP_TUNNEL_LISTEN_PORT": "TunnelListenerTests.tunnelsComeToAListenerOfTheirOwn",
        "FLEDX_CP_TUNNEL_TOKEN_HEADER": "SettingEffectTests.agentsAreToldHowToOpenTheirTunnel",
        "FLEDX_CP_REGISTRATION_TOKEN": "StartTests.onlyWhatIsMissingIsGenerated",
        "FLEDX_CP_REGISTRATION_RATE_LIMIT_PER_MINUTE":
            "CredentialFailureTests.strangersCannotStarveEnrolment",
        "FLEDX_CP_OPERATOR_TOKENS": "AccessTests.everyOperatorTokenWorksInTheHeaderOfTheSettings",
        "FLEDX_CP_OPERATOR_HEADER_NAME": "AccessTests.everyOperatorTokenWorksInTheHeaderOfTheSettings",
        "FLEDX_CP_OPERATOR_ENV_WARN_ON_USE": "AuditTests.theUseOfATokenOfTheSettingsIsToldUnlessSilenced",
        "FLEDX_CP_OPERATOR_ENV_DISABLE_AFTER_FIRST_SUCCESS":
            "OperatorTokenTests.theEnvironmentGivesWayToAProvenAdminAndNeverLocksOut",
        "FLEDX_CP_TOKENS_PEPPER": "StartTests.aDatabaseInUseWithoutItsPepperDoesNotStart",
        "FLEDX_CP_TRUSTED_PROXIES": "CredentialFailureTests.refusedCredentialsAreCountedTogether",
        "FLEDX_CP_SECRETS_KEY_FILE": "ConfigRouteTests.aSecretValueNeedsAKeyAndNeverShows",
        "FLEDX_CP_LIMITS_REGISTRATION_BODY_BYTES": "SettingObservationTests.theLargestRegistration",
        "FLEDX_CP_LIMITS_HEARTBEAT_BODY_BYTES": "AgentRouteTests.aReportBeyondTheLimitIsTooLarge",
        "FLEDX_CP_LIMITS_CONFIG_PAYLOAD_BYTES": "ConfigRouteTests.moreThanANodeIsSentIsRefusedWhenWritten",
        "FLEDX_CP_LIMITS_HEARTBEAT_METRICS_PER_INSTANCE":
            "UsageSettingsTests.samplesOfOneReplicaInOneHeartbeatAreLimited",
        "FLEDX_CP_LIMITS_HEARTBEAT_METRICS_TOTAL": "UsageSettingsTests.samplesOfOneHeartbeatAreLimited",
        "FLEDX_CP_LIMITS_RESOURCE_METRICS_MAX_SERIES":
            "UsageSettingsTests.seriesOfReplicasAreLimitedAndGoWithThem",
        "FLEDX_CP_LIMITS_LOG_TAIL_LIMIT": "SettingEffectTests.noMoreOutputIsShownThanIsAllowed",
        "FLEDX_CP_LIMITS_LOG_TAIL_MAX_WINDOW_SECS": "SettingEffectTests.noMoreOutputIsShownThanIsAllowed",
        "FLEDX_CP_LIMITS_METRICS_SUMMARY_LIMIT": "RequestSummaryTests.theMostFrequentRequestsComeFirst",
        "FLEDX_CP_LIMITS_METRICS_SUMMARY_WINDOW_SECS": "RequestSummaryTests.withoutAWindowEverythingCounts",
        "FLEDX_CP_RETENTION_INSTANCE_STATUS_SECS":
            "UsageSettingsTests.reportsOfSilentNodesAreForgottenAfterAsLongAsSet",
        "FLEDX_CP_RETENTION_INSTANCE_METRICS_SECS": "UsageSettingsTests.singleSamplesAreKeptForAsLongAsSet",
        "FLEDX_CP_RETENTION_USAGE_WINDOW_SECS": "UsageSettingsTests.minutesAreKeptForAsLongAsSet",
        "FLEDX_CP_RETENTION_USAGE_CLEANUP_INTERVAL_SECS":
            "SettingObservationTests.howOftenOldMinutesAreTakenAway",
        "FLEDX_CP_RETENTION_AUDIT_LOG_SECS": "SettingEffectTests.oldAuditEntriesGoAsOftenAsIsSet",
        "FLEDX_CP_AUDIT_LOG_CLEANUP_INTERVAL_SECS": "SettingEffectTests.oldAuditEntriesGoAsOftenAsIsSet",
        "FLEDX_CP_AUDIT_REDACTION_ENABLED": "SettingEffectTests.theAuditLogLeavesOutWhatTheListsName",
        "FLEDX_CP_AUDIT_REDACTION_KEYS": "SettingEffectTests.theAuditLogLeavesOutWhatTheListsName",
        "FLEDX_CP_AUDIT_REDACTION_VALUE_MARKERS": "SettingEffectTests.theAuditLogLeavesOutWhatTheListsName",
        "FLEDX_CP_REACHABILITY_HEARTBEAT_STALE_SECS":
            "SettingObservationTests.whenASilentNodeIsUnreachable",
        "FLEDX_CP_REACHABILITY_SWEEP_INTERVAL_SECS": "RolloutRouteTests.healthyTimePassesWithoutAnyReport",
        "FLEDX_CP_REACHABILITY_RESCHEDULE_ON_UNREACHABLE":
            "SettingObservationTests.whetherReplicasOfALostNodeMove",
        "FLEDX_CP_PORTS_AUTO_ASSIGN": "SettingObservationTests.whichHostPortsAreChosen",
        "FLEDX_CP_PORTS_RANGE_START": "SettingObservationTests.whichHostPortsAreChosen",
        "FLEDX_CP_PORTS_RANGE_END": "SettingObservationTests.whichHostPortsAreChosen",
        "FLEDX_CP_PORTS_PUBLIC_HOST": "SettingEffectTests.nodesWithoutAHostAreReachedAtThePublicOne",
        "FLEDX_CP_VOLUMES_ALLOWED_HOST_PREFIXES": "SettingObservationTests.whichFoldersMayBeMounted",
        "FLEDX_CP_COMPATIBILITY_MIN_AGENT_VERSION":
            "AgentRouteTests.agentsOutsideTheWindowGetNoDocumentButAreHeard",
        "FLEDX_CP_COMPATIBILITY_MAX_AGENT_VERSION": "SettingEffectTests.theNewestAgentThatGetsWorkIsNamed",
        "FLEDX_CP_COMPATIBILITY_UPGRADE_URL": "VersionTests.theWindowIsToldWhereAgentsLook",
        "FLEDX_CP_FEATURES_ENFORCE_AGENT_COMPATIBILITY": "VersionTests.withoutEnforcementEveryAgentIsServed",
        "FLEDX_CP_SHUTDOWN_DEADLINE_SECS": "ServiceTests.aDiskThatHangsDoesNotKeepTheProcess",
        "FLEDX_CP_BACKUP_PASSPHRASE": "RestoreTests.thePassphraseComesFromTheEnvironment",
        "FLEDX_LOG": "ServiceManagerTests.theLogFilterDecidesWhatIsWritten",
        "RUST_LOG": "ServiceManagerTests.theLogFilterDecidesWhatIsWritten",
    ]

    @Test func everyAcceptedKeyHasATestThatSeesItsEffect() {
        var accepted: Set<String> = []
        for setting in ControlPlaneSettingsTable.table.settings {
            guard case .built = setting.support else { continue }
            accepted.insert(setting.key)
            guard let name = Self.proofs[setting.key] else {
                Issue.record("\(setting.key) has no test that sees its effect")
                continue
            }
            if let fault = Self.fault(name, setting.key) { Issue.record("\(setting.key): \(fault)") }
        }
        #expect(Set(Self.proofs.keys).subtracting(accepted) == [], "keys that are not accepted")
    }

    /// An empty claim is found out.
    @Test func whatOnlyNamesATestIsNoProof() {
        #expect(Self.fault("SettingEffectTests.nothing", "FLEDX_LOG") != nil)
        #expect(Self.fault("AccessTests.metricsAreOpenToThisMachineOnly", "FLEDX_LOG") != nil)
        #expect(Self.fault("SettingsTests.rulesBetweenKeysAreTold", "FLEDX_CP_DATABASE_URL") != nil)
    }

    /// What is wrong with a test as the proof of a key.
    private static func fault(_ name: String, _ key: String) -> String? {
        let words = name.split(separator: ".").map(String.init)
        guard words.count == 2, words[0] != "SettingsTests" else {
            return "\(name) is about reading settings"
        }
        guard let file = SourceTree.tests.first(where: { $0.path.hasSuffix("/\(words[0]).swift") }),
            let body = body(of: words[1], in: file.lines)
        else { return "there is no test \(name)" }
        guard body.contains(where: { $0.contains("\"\(key)\"") }) else { return "\(name) does not set it" }
        let expects = body.contains { $0.contains("#expect") || $0.contains("#require") }
        return expects ? nil : "\(name) expects nothing"
    }

    /// The lines of a test function, from its attribute to its end.
    private static func body(of name: String, in lines: [String]) -> ArraySlice<String>? {
        guard let start = lines.firstIndex(where: { $0.contains("func \(name)(") }),
            lines[max(0, start - 2)...start].contains(where: { $0.contains("@Test") }),
            let end = lines[start...].firstIndex(of: "    }")
        else { return nil }
        return lines[start...end]
    }
}
