import JSON
import Model

/// Reads a registration and tells every fault at once; keys it does not know are ignored, for agents differ.
enum RegistrationReader {
    static func read(_ node: JSONNode) throws(Refusal) -> RegistrationRequest {
        var faults = FaultList()
        var body = ObjectReader(node, path: "", faults: &faults)
        let request = RegistrationRequest(
            nodeID: readID(&body, &faults), name: readName(&body, &faults),
            inventory: readInventory(&body, &faults))
        guard faults.isEmpty else { throw .invalid(faults) }
        return request
    }

    private static func readID(_ body: inout ObjectReader, _ faults: inout FaultList) -> NodeID? {
        guard let text = body.string("node_id", &faults) else { return nil }
        if let id = NodeID(text) { return id }
        faults.add("node_id", "a UUID is expected")
        return nil
    }

    private static func readName(_ body: inout ObjectReader, _ faults: inout FaultList) -> String? {
        guard let name = body.string("name", &faults) else { return nil }
        if let fault = TextRules.nameFault(name) { faults.add("name", fault) }
        return name
    }

    private static func readInventory(_ body: inout ObjectReader, _ faults: inout FaultList) -> Inventory {
        var inventory = Inventory(
            arch: readWord("arch", &body, &faults), os: readWord("os", &body, &faults),
            labels: readLabels(&body, &faults), publicIP: readWord("public_ip", &body, &faults),
            publicHost: readWord("public_host", &body, &faults))
        if let address = inventory.publicIP, !AddressRules.isIPAddress(address) {
            faults.add("public_ip", "an IP address is expected")
        }
        if var capacity = body.object("capacity", &faults) {
            inventory.capacity = Capacity(
                cpuMillis: capacity.integer("cpu_millis", in: 1...Int64.max, &faults),
                memoryBytes: capacity.integer("memory_bytes", in: 1...Int64.max, &faults))
        }
        return inventory
    }

    private static func readWord(
        _ key: String, _ body: inout ObjectReader, _ faults: inout FaultList
    ) -> String? {
        guard let text = body.string(key, &faults) else { return nil }
        let word = String(decoding: HTTPToken.trimmed(Array(text.utf8)), as: UTF8.self)
        guard !word.isEmpty else { return nil }
        guard word.utf8.count <= SpecLimits.fieldBytes else {
            faults.add(key, "must be at most \(SpecLimits.fieldBytes) bytes")
            return nil
        }
        return key == "arch" || key == "os" ? word.lowercased() : word
    }

    private static func readLabels(_ body: inout ObjectReader, _ faults: inout FaultList) -> [String: String]?
    {
        guard let labels = body.map("labels", &faults) else { return nil }
        for (name, value) in labels.sorted(by: { $0.key < $1.key }) {
            if let fault = TextRules.labelFault(name) { faults.add("labels.\(name)", "key \(fault)") }
            if let fault = TextRules.labelFault(value) { faults.add("labels.\(name)", "value \(fault)") }
        }
        return labels
    }
}
