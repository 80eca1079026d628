/// What a machine may say of itself, at registration and in every report.
public enum InventoryRules {
    /// The inventory in the form that is stored; everything that is wrong is told and left out.
    ///
    /// Nil and empty differ: what is not said stays as it was, an empty map or object clears.
    public static func settled(_ inventory: Inventory, at path: String, _ faults: inout FaultList)
        -> Inventory
    {
        let prefix = path.isEmpty ? "" : "\(path)."
        var result = Inventory()
        result.arch = word(inventory.arch, "\(prefix)arch", &faults)?.lowercased()
        result.os = word(inventory.os, "\(prefix)os", &faults)?.lowercased()
        result.labels = inventory.labels.map { LabelRules.settled($0, at: "\(prefix)labels", &faults) }
        result.capacity = inventory.capacity.map { capacity($0, "\(prefix)capacity", &faults) }
        result.publicIP = address(inventory.publicIP, "\(prefix)public_ip", &faults)
        result.publicHost = host(inventory.publicHost, "\(prefix)public_host", &faults)
        return result
    }

    private static func word(_ text: String?, _ path: String, _ faults: inout FaultList) -> String? {
        guard let word = text.map({ SettingsValues.trimmed($0) }), !word.isEmpty else { return nil }
        guard word.utf8.count <= SpecLimits.fieldBytes else {
            faults.add(path, "must be at most \(SpecLimits.fieldBytes) bytes")
            return nil
        }
        return word
    }

    private static func capacity(_ capacity: Capacity, _ path: String, _ faults: inout FaultList) -> Capacity
    {
        var result = capacity
        if let cpu = capacity.cpuMillis, cpu <= 0 {
            faults.add("\(path).cpu_millis", "must be greater than 0")
            result.cpuMillis = nil
        }
        if let memory = capacity.memoryBytes, memory <= 0 {
            faults.add("\(path).memory_bytes", "must be greater than 0")
            result.memoryBytes = nil
        }
        return result
    }

    private static func address(_ text: String?, _ path: String, _ faults: inout FaultList) -> String? {
        guard let address = text.map({ SettingsValues.trimmed($0) }) else { return nil }
        if AddressRules.isIPAddress(address) { return address.lowercased() }
        faults.add(path, "an IP address is expected")
        return nil
    }

    private static func host(_ text: String?, _ path: String, _ faults: inout FaultList) -> String? {
        guard let host = text.map({ SettingsValues.trimmed($0) }) else { return nil }
        let isPlain = host.utf8.allSatisfy { $0 > 0x20 && $0 != 0x7F }
        if isPlain, (1...SpecLimits.fieldBytes).contains(host.utf8.count) { return host.lowercased() }
        faults.add(path, "must be 1 to \(SpecLimits.fieldBytes) bytes without blanks")
        return nil
    }
}
