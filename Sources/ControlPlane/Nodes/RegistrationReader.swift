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
            arch: body.string("arch", &faults), os: body.string("os", &faults),
            labels: body.map("labels", &faults), publicIP: body.string("public_ip", &faults),
            publicHost: body.string("public_host", &faults))
        if var capacity = body.object("capacity", &faults) {
            inventory.capacity = Capacity(
                cpuMillis: capacity.integer("cpu_millis", in: 1...Int64.max, &faults),
                memoryBytes: capacity.integer("memory_bytes", in: 1...Int64.max, &faults))
        }
        return InventoryRules.settled(inventory, at: "", &faults)
    }
}
