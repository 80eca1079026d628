internal import DockerEngine
internal import EventLoop
internal import HTTPClient
internal import Model
internal import NodeCore

extension AgentConfiguration {
    static func url(_ text: String, allowInsecure: Bool, _ problems: inout [String]) -> String {
        var url = text
        while url.hasSuffix("/") { url.removeLast() }
        guard url.hasPrefix("http://") || url.hasPrefix("https://") else {
            problems.append(
                "FLEDX_AGENT_CONTROL_PLANE_URL='\(text)': http://host:port or https://host:port is expected")
            return url
        }
        if url.utf8.contains(0x40) {
            problems.append(
                "FLEDX_AGENT_CONTROL_PLANE_URL: credentials do not belong into the URL; remove them up to '@'"
            )
        }
        if url.hasPrefix("http://"), !allowInsecure, !isLoopback(url.dropFirst(7)) {
            problems.append(
                "FLEDX_AGENT_CONTROL_PLANE_URL='\(text)': http:// is allowed for loopback only; use https:// "
                    + "or set FLEDX_AGENT_ALLOW_INSECURE_HTTP=true")
        }
        return url
    }

    static func isLoopback(_ authority: Substring) -> Bool {
        let host = authority.prefix { $0 != "/" }
        if host.hasPrefix("[::1]") { return true }
        let name = host.prefix { $0 != ":" }
        return name == "localhost" || (name.hasPrefix("127.") && AddressRules.isIPv4(name))
    }

    static func identity(_ values: SettingsValues, _ problems: inout [String]) -> NodeIdentity? {
        let id = values.text("FLEDX_AGENT_NODE_ID")
        let token = values.text("FLEDX_AGENT_NODE_TOKEN")
        guard id != nil || token != nil else { return nil }
        guard let id, let token else {
            problems.append(
                "FLEDX_AGENT_NODE_ID and FLEDX_AGENT_NODE_TOKEN belong together; set both or neither")
            return nil
        }
        guard let nodeID = NodeID(id) else {
            problems.append("FLEDX_AGENT_NODE_ID='\(id)': a UUID is expected")
            return nil
        }
        return NodeIdentity(nodeID: nodeID, token: Redacted(token))
    }

    /// What to do about a node that is nobody yet and cannot become anybody.
    static func noIdentity(_ path: String) -> String {
        "this node has no identity and no way to get one: there is no \(path); set FLEDX_AGENT_REGISTRATION_TOKEN "
            + "or FLEDX_AGENT_REGISTRATION_TOKEN_FILE, or FLEDX_AGENT_NODE_ID and FLEDX_AGENT_NODE_TOKEN"
    }

    /// A file that cannot be looked at may well hold an identity.
    static func isWithoutIdentity(_ dataFolder: String) -> Bool {
        do {
            return try FileIO.status(IdentityStore(folder: dataFolder).path) == nil
        } catch {
            return false
        }
    }

    /// The token's file is read when it is needed; a node that has its identity needs none.
    static func registrationTokenFile(
        _ values: SettingsValues, isNeeded: Bool, _ dataFolder: String, _ problems: inout [String]
    ) -> String? {
        let key = "FLEDX_AGENT_REGISTRATION_TOKEN_FILE"
        guard isNeeded, !FileIO.isPresent(IdentityStore(folder: dataFolder).path) else {
            return values.text(key)
        }
        return readableFile(key, values, &problems)
    }

    /// A token file that is not needed now will be missed after the identity is gone.
    static func unusedTokenFile(_ values: SettingsValues, _ problems: [String]) -> [String] {
        let key = "FLEDX_AGENT_REGISTRATION_TOKEN_FILE"
        var faults: [String] = []
        _ = readableFile(key, values, &faults)
        return faults.filter { !problems.contains($0) }
    }

    static func readableFile(_ key: String, _ values: SettingsValues, _ problems: inout [String]) -> String? {
        guard let path = values.text(key) else { return nil }
        do {
            let bytes = try FileIO.readStart(path, limitBytes: 1)
            if bytes.isEmpty { problems.append("\(key)='\(path)': the file is empty") }
        } catch {
            problems.append("\(key)='\(path)': \(ErrorReport.render(error))")
        }
        return path
    }

    static func docker(
        _ values: SettingsValues, _ environment: [String: String], _ problems: inout [String]
    ) -> DockerEndpoint {
        let key = values.isSet("FLEDX_AGENT_DOCKER_HOST") ? "FLEDX_AGENT_DOCKER_HOST" : "DOCKER_HOST"
        guard let text = values.text("FLEDX_AGENT_DOCKER_HOST") ?? environment["DOCKER_HOST"], !text.isEmpty
        else {
            return .standard
        }
        let tls =
            text.hasPrefix("/") || text.hasPrefix("unix:") ? nil : dockerTLS(values, environment, &problems)
        guard let endpoint = DockerEndpoint(text, tls: tls ?? HTTPClientTLS()) else {
            problems.append("\(key)='\(text)': unix:///path or tcp://host:port is expected")
            return .standard
        }
        return endpoint
    }

    /// The files that Docker's own client would use; without a folder of them `tcp://` is not encrypted.
    private static func dockerTLS(
        _ values: SettingsValues, _ environment: [String: String], _ problems: inout [String]
    ) -> HTTPClientTLS? {
        let own = values.text("FLEDX_AGENT_DOCKER_CERT_PATH")
        let key = own == nil ? "DOCKER_CERT_PATH" : "FLEDX_AGENT_DOCKER_CERT_PATH"
        guard let folder = own ?? environment["DOCKER_CERT_PATH"], !folder.isEmpty else {
            if let asked = environment["DOCKER_TLS_VERIFY"], !asked.isEmpty {
                problems.append(
                    "DOCKER_TLS_VERIFY is set: name the folder of the certificates in DOCKER_CERT_PATH")
            }
            return nil
        }
        let files = ["ca.pem", "cert.pem", "key.pem"].map { "\(folder)/\($0)" }
        for file in files {
            do { _ = try FileIO.readStart(file, limitBytes: 1) } catch {
                problems.append("\(key)='\(folder)': \(file): \(ErrorReport.render(error))")
            }
        }
        return HTTPClientTLS(authorityFile: files[0], certificateFile: files[1], keyFile: files[2])
    }

    static func inventory(_ values: SettingsValues, _ problems: inout [String]) -> Inventory {
        let kernel = SystemInfo.kernel
        let labels = values.pairs("FLEDX_AGENT_LABELS")
        for (key, value) in labels.sorted(by: { $0.key < $1.key }) {
            if let fault = TextRules.labelFault(key) {
                problems.append("FLEDX_AGENT_LABELS: key '\(key)' \(fault)")
            }
            if let fault = TextRules.labelFault(value) {
                problems.append("FLEDX_AGENT_LABELS: value of '\(key)' \(fault)")
            }
        }
        if let address = values.text("FLEDX_AGENT_PUBLIC_IP"), !AddressRules.isIPAddress(address) {
            problems.append("FLEDX_AGENT_PUBLIC_IP='\(address)': an IP address is expected")
        }
        return Inventory(
            arch: (values.text("FLEDX_AGENT_ARCH") ?? kernel.machine).lowercased(),
            os: (values.text("FLEDX_AGENT_OS") ?? kernel.name).lowercased(),
            labels: values.flag("FLEDX_AGENT_FORCE_EMPTY_LABELS") ? [:] : labels,
            capacity: values.flag("FLEDX_AGENT_FORCE_EMPTY_CAPACITY") ? Capacity() : capacity(values),
            publicIP: values.text("FLEDX_AGENT_PUBLIC_IP"), publicHost: values.text("FLEDX_AGENT_PUBLIC_HOST")
        )
    }

    /// What containers may use: what was told, else what the machine has; a part is left to the machine.
    ///
    /// Without a word about it a twentieth of what was detected is left, and nothing of what was told.
    static func capacity(_ values: SettingsValues) -> Capacity {
        func left(_ name: String, _ detected: Int64) -> Int64 {
            let told = values.optionalNumber("FLEDX_AGENT_CAPACITY_\(name)")
            let reserved = values.optionalNumber("FLEDX_AGENT_RESERVED_\(name)")
            let usual = told == nil ? detected / AgentLimits.reservedPart : 0
            return max(1, (told ?? detected) - (reserved ?? usual))
        }
        return Capacity(
            cpuMillis: left("CPU_MILLIS", Int64(SystemInfo.processorCount) * 1000),
            memoryBytes: left("MEMORY_BYTES", SystemInfo.totalMemoryBytes))
    }

    static func images(_ values: SettingsValues, _ problems: inout [String]) -> ImageSettings {
        let (high, low) = ("FLEDX_AGENT_IMAGE_HIGH_PERCENT", "FLEDX_AGENT_IMAGE_LOW_PERCENT")
        let marks = ImageSettings(
            highPercent: Int(values.number(high)), lowPercent: Int(values.number(low)))
        if marks.highPercent > 0, marks.lowPercent >= marks.highPercent {
            problems.append("\(low)=\(marks.lowPercent): less than \(high)=\(marks.highPercent) is expected")
        }
        return marks
    }

    static func folder(_ key: String, _ values: SettingsValues, _ problems: inout [String]) -> String {
        let path = values.text(key) ?? ""
        if let fault = PathRules.fault(path) { problems.append("\(key)='\(path)': \(fault)") }
        return PathRules.normalized(path)
    }

    static func volumes(_ values: SettingsValues, _ problems: inout [String]) -> VolumeRules {
        let key = "FLEDX_AGENT_ALLOWED_VOLUME_PREFIXES"
        let prefixes = values.text(key) == "none" ? [] : values.list(key)
        for prefix in prefixes {
            if let fault = PathRules.fault(prefix) { problems.append("\(key): '\(prefix)' \(fault)") }
        }
        return VolumeRules(prefixes: prefixes)
    }

    static func samples(_ values: SettingsValues) -> SampleSettings {
        let backoff = values.number("FLEDX_AGENT_RESOURCE_SAMPLE_BACKOFF_MS")
        return SampleSettings(
            intervalMilliseconds: values.number("FLEDX_AGENT_RESOURCE_SAMPLE_INTERVAL_SECS") * 1000,
            window: Int(values.number("FLEDX_AGENT_RESOURCE_SAMPLE_WINDOW")), backoffMilliseconds: backoff,
            backoffMaxMilliseconds: max(
                backoff, values.number("FLEDX_AGENT_RESOURCE_SAMPLE_BACKOFF_MAX_MS")),
            samplesPerReport: Int(values.number("FLEDX_AGENT_HEARTBEAT_MAX_METRICS")))
    }

    /// A host name made into an object name: the first label, lower case, foreign characters as hyphens.
    static func nameFromHost(_ host: String) -> String {
        var bytes = host.lowercased().utf8.prefix { $0 != 0x2E }.prefix(SpecLimits.nameBytes).map { byte in
            (0x61...0x7A).contains(byte) || (0x30...0x39).contains(byte) ? byte : UInt8(0x2D)
        }
        while bytes.first == 0x2D { bytes.removeFirst() }
        while bytes.last == 0x2D { bytes.removeLast() }
        return bytes.isEmpty ? "node" : String(decoding: bytes, as: UTF8.self)
    }
}
