import JSON

extension DeploymentSpecReader {
    static func readIsolation(_ body: inout ObjectReader, _ faults: inout FaultList) -> Isolation {
        var isolation = Isolation()
        isolation.readOnlyRootfs = body.bool("read_only_rootfs", &faults) ?? false
        isolation.capAdd = readCapabilities("cap_add", &body, &faults)
        isolation.capDrop = readCapabilities("cap_drop", &body, &faults)
        for name in isolation.capAdd where name != "ALL" && isolation.capDrop.contains(name) {
            faults.add("cap_drop", "\(name) is also in cap_add")
        }
        isolation.devices = readDevices(&body, &faults)
        isolation.tmpfs = readMemoryFolders(&body, &faults)
        isolation.network = readNetwork(&body, &faults)
        isolation.extraHosts = readExtraHosts(&body, &faults)
        return isolation
    }

    static func readLogging(_ body: inout ObjectReader, _ faults: inout FaultList) -> LoggingSpec? {
        guard var object = body.object("logging", &faults) else { return nil }
        var logging = LoggingSpec()
        logging.maxSizeBytes =
            object.integer("max_size_bytes", in: SpecLimits.logBytes, &faults) ?? logging.maxSizeBytes
        logging.maxFiles =
            object.integer("max_files", in: SpecLimits.logFiles, &faults).map { Int($0) } ?? logging.maxFiles
        object.finish(&faults)
        return logging == LoggingSpec() ? nil : logging
    }

    /// Names without `CAP_`, in upper case, each once.
    private static func readCapabilities(
        _ key: String, _ body: inout ObjectReader, _ faults: inout FaultList
    ) -> [String] {
        var names: [String] = []
        for (index, text) in (body.strings(key, &faults) ?? []).enumerated() {
            var name = text.uppercased()
            if name.hasPrefix("CAP_") { name.removeFirst(4) }
            if !KernelCapability.names.contains(name) {
                faults.add(
                    "\(key)[\(index)]", "'\(text)' is not a kernel capability, such as NET_ADMIN, or ALL")
            } else if !names.contains(name) {
                names.append(name)
            }
        }
        return names
    }

    private static func readNetwork(_ body: inout ObjectReader, _ faults: inout FaultList) -> NetworkSpec? {
        guard var object = body.object("network", &faults) else { return nil }
        let network = NetworkSpec(
            mode: object.choice("mode", &faults) ?? .bridge, name: object.string("name", &faults))
        if let name = network.name {
            if let fault = networkNameFault(name) { faults.add("network.name", fault) }
            if network.mode != .bridge {
                faults.add("network.name", "belongs to mode bridge; leave one of the two out")
            }
        }
        object.finish(&faults)
        return network == NetworkSpec() ? nil : network
    }

    /// Docker's grammar of names, without the words that are modes.
    private static func networkNameFault(_ name: String) -> String? {
        let bytes = Array(name.utf8)
        func isWord(_ byte: UInt8) -> Bool {
            (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
        }
        let isName = bytes.allSatisfy { isWord($0) || $0 == 0x2D || $0 == 0x2E || $0 == 0x5F }
        guard let first = bytes.first, isWord(first), isName, bytes.count <= SpecLimits.nameBytes else {
            return
                "must be 1 to \(SpecLimits.nameBytes) letters, digits, '-', '_' and '.', a letter or digit first"
        }
        return ["default", "bridge", "host", "none", "container"].contains(name)
            ? "'\(name)' is not a name but a kind of network; use network.mode" : nil
    }

    private static func readExtraHosts(_ body: inout ObjectReader, _ faults: inout FaultList) -> [String] {
        var lines: [String] = []
        for (index, line) in (body.strings("extra_hosts", &faults) ?? []).enumerated() {
            let colon = line.firstIndex(of: ":") ?? line.endIndex
            let name = line[..<colon]
            let address = line[colon...].dropFirst()
            let isName =
                (1...253).contains(name.utf8.count) && name.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F }
            if !isName || !(AddressRules.isIPAddress(String(address)) || address == "host-gateway") {
                faults.add(
                    "extra_hosts[\(index)]", "'\(line)': name:address is expected, or name:host-gateway")
            }
            lines.append(line)
        }
        return lines
    }
}
