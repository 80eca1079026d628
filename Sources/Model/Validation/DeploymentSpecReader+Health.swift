import JSON

extension DeploymentSpecReader {
    static func readHealth(_ body: inout ObjectReader, _ faults: inout FaultList) -> HealthSpec? {
        guard var object = body.object("health", &faults) else { return nil }
        let before = faults.faults.count
        let health = HealthSpec(
            liveness: readProbe("liveness", &object, &faults),
            readiness: readProbe("readiness", &object, &faults),
            startup: readProbe("startup", &object, &faults))
        object.finish(&faults)
        if health == HealthSpec(), faults.faults.count == before {
            faults.add(
                "health", "at least one of liveness, readiness, startup is expected; null asks nothing")
        }
        return health
    }

    private static func readProbe(
        _ key: String, _ health: inout ObjectReader, _ faults: inout FaultList
    ) -> ProbeSpec? {
        guard var object = health.object(key, &faults) else { return nil }
        defer { object.finish(&faults) }
        var probe = ProbeSpec(readCheck(&object, &faults) ?? .tcp(port: 1))
        func number(_ key: String, _ range: ClosedRange<Int64>) -> Int? {
            object.integer(key, in: range, &faults).map { Int($0) }
        }
        probe.intervalSeconds =
            number("interval_seconds", 1...SpecLimits.probeSecs) ?? probe.intervalSeconds
        probe.timeoutSeconds =
            number("timeout_seconds", 1...SpecLimits.probeTimeoutSecs) ?? probe.timeoutSeconds
        probe.startPeriodSeconds =
            number("start_period_seconds", 0...SpecLimits.probeSecs) ?? probe.startPeriodSeconds
        probe.failureThreshold =
            number("failure_threshold", 1...SpecLimits.probeThreshold) ?? probe.failureThreshold
        probe.successThreshold =
            number("success_threshold", 1...SpecLimits.probeThreshold) ?? probe.successThreshold
        if key != "readiness", probe.successThreshold != 1 {
            faults.add(object.path(of: "success_threshold"), "must be 1: only readiness can come and go")
        }
        return probe
    }

    private static func readCheck(
        _ object: inout ObjectReader, _ faults: inout FaultList
    ) -> ProbeSpec.Check? {
        let before = faults.faults.count
        let kind: ProbeSpec.Kind? = object.choice("type", &faults)
        switch kind {
        case .http: return .http(port: readPort(&object, &faults), path: readTarget(&object, &faults))
        case .tcp: return .tcp(port: readPort(&object, &faults))
        case .exec: return .exec(command: readCommand(&object, &faults))
        case nil:
            if faults.faults.count == before {
                faults.add(object.path(of: "type"), "is required: http, tcp or exec")
            }
            object.ignore("port", "path", "command")
            return nil
        }
    }

    private static func readPort(_ object: inout ObjectReader, _ faults: inout FaultList) -> UInt16 {
        let before = faults.faults.count
        let port = object.integer("port", in: 1...65_535, &faults)
        if port == nil, faults.faults.count == before { faults.add(object.path(of: "port"), "is required") }
        return UInt16(port ?? 1)
    }

    /// What stands behind the host in a URL; a missing slash is added.
    private static func readTarget(_ object: inout ObjectReader, _ faults: inout FaultList) -> String {
        let path = SettingsValues.trimmed(object.string("path", &faults) ?? "/")
        let isVisible = path.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: "#") }
        if path.isEmpty || path.utf8.count > SpecLimits.pathBytes || !isVisible {
            faults.add(
                object.path(of: "path"),
                "must be 1 to \(SpecLimits.pathBytes) visible ASCII characters without '#'")
        }
        return path.hasPrefix("/") ? path : "/" + path
    }

    private static func readCommand(_ object: inout ObjectReader, _ faults: inout FaultList) -> [String] {
        let before = faults.faults.count
        let command = object.strings("command", &faults) ?? []
        let bytes = command.reduce(0) { $0 + $1.utf8.count + 1 }
        if faults.faults.count == before, command.first?.isEmpty ?? true {
            faults.add(object.path(of: "command"), "a program and its arguments are expected")
        } else if bytes > SpecLimits.blockBytes || command.contains(where: { $0.utf8.contains(0) }) {
            faults.add(
                object.path(of: "command"),
                "must be at most \(SpecLimits.blockBytes) bytes in all, without NUL characters")
        }
        return command
    }
}
