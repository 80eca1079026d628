import Model

/// What the table cannot say of single keys: shapes of texts, and rules between keys.
enum SettingsRules {
    static func databasePath(_ values: SettingsValues, _ problems: inout [String]) -> String {
        let key = "FLEDX_CP_DATABASE_URL"
        let url = values.text(key) ?? ""
        for scheme in ["sqlite://", "sqlite:"] where url.hasPrefix(scheme) {
            var path = String(url.dropFirst(scheme.count))
            if let query = path.firstIndex(of: "?") { path = String(path[..<query]) }
            if !path.isEmpty { return path }
        }
        problems.append("\(key)='\(url)': sqlite://PATH is expected")
        return ""
    }

    static func secret(_ key: String, _ values: SettingsValues) -> Redacted<String>? {
        guard let text = values.text(key) else { return nil }
        let trimmed = HTTPToken.trimmed(Array(text.utf8))
        return trimmed.isEmpty ? nil : Redacted(String(decoding: trimmed, as: UTF8.self))
    }

    static func headerName(_ key: String, _ values: SettingsValues, _ problems: inout [String]) -> String {
        let name = values.text(key) ?? ""
        if !HTTPToken.isToken(Array(name.utf8)) {
            problems.append("\(key)='\(name)': the name of an HTTP header is expected")
        }
        return name.lowercased()
    }

    static func ranges(
        _ key: String, _ values: SettingsValues, _ problems: inout [String]
    ) -> [AddressRange] {
        values.list(key).compactMap { text in
            if let range = AddressRange(text) { return range }
            problems.append("\(key)='\(text)': an address or a range such as 10.0.0.0/8 is expected")
            return nil
        }
    }

    static func tunnel(_ values: SettingsValues, _ problems: inout [String]) -> TunnelEndpoint {
        let interval = values.number("FLEDX_CP_TUNNEL_HEARTBEAT_INTERVAL_SECS")
        let timeout = values.number("FLEDX_CP_TUNNEL_HEARTBEAT_TIMEOUT_SECS")
        if timeout <= interval {
            problems.append(
                "FLEDX_CP_TUNNEL_HEARTBEAT_TIMEOUT_SECS='\(timeout)': more than "
                    + "FLEDX_CP_TUNNEL_HEARTBEAT_INTERVAL_SECS='\(interval)' is expected")
        }
        return TunnelEndpoint(
            host: values.text("FLEDX_CP_TUNNEL_ADVERTISED_HOST") ?? "127.0.0.1",
            port: UInt16(clamping: values.number("FLEDX_CP_TUNNEL_ADVERTISED_PORT")),
            useTLS: values.flag("FLEDX_CP_TUNNEL_USE_TLS"),
            connectTimeoutSecs: Int(values.number("FLEDX_CP_TUNNEL_CONNECT_TIMEOUT_SECS")),
            heartbeatIntervalSecs: Int(interval), heartbeatTimeoutSecs: Int(timeout),
            tokenHeader: headerName("FLEDX_CP_TUNNEL_TOKEN_HEADER", values, &problems))
    }

    static func portRange(_ values: SettingsValues, _ problems: inout [String]) -> ClosedRange<UInt16> {
        let first = UInt16(clamping: values.number("FLEDX_CP_PORTS_RANGE_START"))
        let last = UInt16(clamping: values.number("FLEDX_CP_PORTS_RANGE_END"))
        guard first <= last else {
            problems.append(
                "FLEDX_CP_PORTS_RANGE_END='\(last)': at least FLEDX_CP_PORTS_RANGE_START='\(first)' is expected"
            )
            return first...first
        }
        return first...last
    }

    static func volumePrefixes(_ values: SettingsValues, _ problems: inout [String]) -> VolumePrefixes {
        let key = "FLEDX_CP_VOLUMES_ALLOWED_HOST_PREFIXES"
        let paths = values.list(key)
        for path in paths {
            if let fault = PathRules.fault(path) { problems.append("\(key): '\(path)' \(fault)") }
        }
        return VolumePrefixes(paths)
    }

    static func agentWindow(_ values: SettingsValues, _ problems: inout [String]) -> AgentWindow {
        let oldest = version("FLEDX_CP_COMPATIBILITY_MIN_AGENT_VERSION", values, &problems)
        let newest = version("FLEDX_CP_COMPATIBILITY_MAX_AGENT_VERSION", values, &problems)
        if newest < oldest {
            problems.append(
                "FLEDX_CP_COMPATIBILITY_MAX_AGENT_VERSION='\(newest)': at least "
                    + "FLEDX_CP_COMPATIBILITY_MIN_AGENT_VERSION='\(oldest)' is expected")
        }
        return AgentWindow(
            oldest: oldest, newest: newest,
            isEnforced: values.flag("FLEDX_CP_FEATURES_ENFORCE_AGENT_COMPATIBILITY"))
    }

    private static func version(
        _ key: String, _ values: SettingsValues, _ problems: inout [String]
    ) -> SemanticVersion {
        let text = values.text(key) ?? ""
        if let version = SemanticVersion(text) { return version }
        problems.append("\(key)='\(text)': a version such as 1.2.3 is expected")
        return SemanticVersion(major: 0, minor: 0, patch: 0)
    }

    /// A comma list that is set but holds nothing would lock everybody out or, worse, be taken for "generate".
    static func operatorTokenProblem(_ tokens: [Redacted<String>], _ values: SettingsValues) -> String? {
        guard values.text("FLEDX_CP_OPERATOR_TOKENS") != nil, tokens.isEmpty else { return nil }
        return "FLEDX_CP_OPERATOR_TOKENS=(hidden): at least one token is expected"
    }
}
