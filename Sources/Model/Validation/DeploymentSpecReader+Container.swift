import JSON

extension DeploymentSpecReader {
    static func readContainer(_ body: inout ObjectReader, _ faults: inout FaultList) -> ContainerSpec {
        var spec = ContainerSpec(image: readImage(&body, &faults))
        spec.command = readWords("command", &body, &faults)
        spec.entrypoint = readWords("entrypoint", &body, &faults)
        spec.env = readEnv(&body, &faults)
        spec.user = readText("user", &body, &faults)
        spec.hostname = readText("hostname", &body, &faults)
        spec.workingDir = readText("working_dir", &body, &faults)
        if let folder = spec.workingDir, !folder.hasPrefix("/") {
            faults.add("working_dir", "must be an absolute path")
        }
        spec.resources = readResources(&body, &faults)
        spec.restart = readRestart(&body, &faults)
        if let grace = body.integer("stop_grace_secs", in: 0...Int64(SpecLimits.stopGraceSecs), &faults) {
            spec.stopGraceSecs = Int(grace)
        }
        spec.pull = readPull(&body, &faults)
        spec.secretEnv = readSecretVariables(&body, &faults)
        spec.secretFiles = readSecretFiles(&body, &faults)
        spec.volumes = readVolumes(&body, &faults)
        spec.health = readHealth(&body, &faults)
        spec.logging = readLogging(&body, &faults)
        spec.isolation = readIsolation(&body, &faults)
        return spec
    }

    private static func readPull(_ body: inout ObjectReader, _ faults: inout FaultList) -> PullSpec {
        guard var object = body.object("pull", &faults) else { return PullSpec() }
        let pull = PullSpec(
            policy: object.choice("policy", &faults) ?? .missing,
            credential: object.string("credential", &faults))
        if let credential = pull.credential, let fault = TextRules.labelFault(credential) {
            faults.add("pull.credential", fault)
        }
        object.finish(&faults)
        return pull
    }

    private static func readImage(_ body: inout ObjectReader, _ faults: inout FaultList) -> String {
        guard let text = body.string("image", &faults) else {
            faults.add("image", "is required")
            return ""
        }
        let image = SettingsValues.trimmed(text)
        if let fault = TextRules.imageFault(image) { faults.add("image", fault) }
        return image
    }

    private static func readText(
        _ key: String, _ body: inout ObjectReader, _ faults: inout FaultList
    ) -> String? {
        guard let text = body.string(key, &faults) else { return nil }
        let isPlain = text.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7F }
        if text.isEmpty || text.utf8.count > SpecLimits.fieldBytes || !isPlain {
            faults.add(key, "must be 1 to \(SpecLimits.fieldBytes) bytes without control characters")
        }
        return text
    }

    private static func readWords(
        _ key: String, _ body: inout ObjectReader, _ faults: inout FaultList
    ) -> [String]? {
        guard let words = body.strings(key, &faults) else { return nil }
        let bytes = words.reduce(0) { $0 + $1.utf8.count + 1 }
        if bytes > SpecLimits.blockBytes {
            faults.add(key, "must be at most \(SpecLimits.blockBytes) bytes in all")
        }
        if words.contains(where: { $0.utf8.contains(0) }) {
            faults.add(key, "must not contain NUL characters")
        }
        return words.isEmpty ? nil : words
    }

    private static func readEnv(_ body: inout ObjectReader, _ faults: inout FaultList) -> [String: String] {
        guard let env = body.map("env", &faults) else { return [:] }
        var bytes = 0
        for (key, value) in env.sorted(by: { $0.key < $1.key }) {
            bytes += key.utf8.count + value.utf8.count + 2
            if key.isEmpty || key.utf8.contains(where: { $0 == UInt8(ascii: "=") || $0 == 0 }) {
                faults.add("env.\(key)", "a variable's name must not be empty or contain '=' or NUL")
            }
            if value.utf8.contains(0) { faults.add("env.\(key)", "must not contain NUL characters") }
        }
        if bytes > SpecLimits.blockBytes {
            faults.add("env", "must be at most \(SpecLimits.blockBytes) bytes in all")
        }
        return env
    }

    private static func readResources(_ body: inout ObjectReader, _ faults: inout FaultList) -> Resources? {
        guard var object = body.object("resources", &faults) else { return nil }
        let result = Resources(
            cpuMillis: object.integer("cpu_millis", in: 1...10_000_000, &faults),
            memoryBytes: object.integer("memory_bytes", in: (6 << 20)...Int64.max, &faults),
            pids: object.integer("pids", in: 1...4_194_304, &faults))
        object.finish(&faults)
        return result == Resources() ? nil : result
    }

    private static func readRestart(_ body: inout ObjectReader, _ faults: inout FaultList) -> RestartSpec? {
        guard var object = body.object("restart", &faults) else { return nil }
        var result = RestartSpec()
        result.policy = object.choice("policy", &faults) ?? .always
        result.backoffSecs = object.integer("backoff_secs", in: 1...86_400, &faults).map { Int($0) }
        result.backoffMaxSecs = object.integer("backoff_max_secs", in: 1...86_400, &faults).map { Int($0) }
        if let reset = object.integer("reset_after_secs", in: 1...604_800, &faults) {
            result.resetAfterSecs = Int(reset)
        }
        if let first = result.backoffSecs, let most = result.backoffMaxSecs, first > most {
            faults.add("restart.backoff_max_secs", "must not be smaller than backoff_secs")
        }
        object.finish(&faults)
        return result
    }
}
