public import JSON

/// Reads a declaration from a body and tells every fault at once (REST contract, "Deployment spec").
public enum DeploymentSpecReader {
    /// The declaration, or nil with at least one fault added.
    public static func read(_ node: JSONNode, faults: inout FaultList) -> DeploymentSpec? {
        let before = faults.faults.count
        var body = ObjectReader(node, path: "", faults: &faults)
        let container = readContainer(&body, &faults)
        let name = readName(&body, image: container.image, &faults)
        var spec = DeploymentSpec(name: name, container: container)
        if let replicas = body.integer("replicas", in: 0...Int64(SpecLimits.replicas), &faults) {
            spec.replicas = Int(replicas)
        }
        spec.desiredState = body.choice("desired_state", &faults) ?? .running
        spec.labels = readLabels("labels", &body, &faults)
        spec.constraints = readConstraints(&body, &faults)
        spec.placement = readPlacement(&body, &faults)
        spec.strategy = readStrategy(&body, &faults)
        spec.mode = body.choice("mode", &faults) ?? .replicated
        spec.disconnect = readDisconnect(&body, &faults)
        spec.ports = readPorts(&body, &faults)
        spec.requiresPublicIP = body.bool("requires_public_ip", &faults) ?? false
        spec.tunnelOnly = body.bool("tunnel_only", &faults) ?? false
        checkTogether(spec, &faults)
        body.finish(&faults)
        return faults.faults.count == before ? spec : nil
    }

    private static func readName(_ body: inout ObjectReader, image: String, _ faults: inout FaultList)
        -> String
    {
        guard let name = body.string("name", &faults) else {
            faults.add("name", "is required")
            return ""
        }
        if let fault = TextRules.nameFault(name) { faults.add("name", fault) }
        return name
    }

    static func readLabels(
        _ key: String, _ body: inout ObjectReader, _ faults: inout FaultList
    ) -> [String: String] {
        guard let labels = body.map(key, &faults) else { return [:] }
        return LabelRules.settled(labels, at: body.path(of: key), &faults)
    }

    private static func readConstraints(_ body: inout ObjectReader, _ faults: inout FaultList) -> Constraints?
    {
        guard var object = body.object("constraints", &faults) else { return nil }
        var result = Constraints()
        result.arch = readWord("arch", &object, &faults)
        result.os = readWord("os", &object, &faults)
        result.labels = readLabels("labels", &object, &faults)
        if var capacity = object.object("capacity", &faults) {
            result.capacity = Capacity(
                cpuMillis: capacity.integer("cpu_millis", in: 1...Int64.max, &faults),
                memoryBytes: capacity.integer("memory_bytes", in: 1...Int64.max, &faults))
            capacity.finish(&faults)
        }
        result.requiresPublicIP = object.bool("requires_public_ip", &faults) ?? false
        object.finish(&faults)
        return result == Constraints() ? nil : result
    }

    private static func readWord(
        _ key: String, _ object: inout ObjectReader, _ faults: inout FaultList
    ) -> String? {
        guard let text = object.string(key, &faults) else { return nil }
        let word = SettingsValues.trimmed(text).lowercased()
        guard !word.isEmpty else { return nil }
        if word.utf8.count > SpecLimits.fieldBytes {
            faults.add(object.path(of: key), "must be at most \(SpecLimits.fieldBytes) bytes")
        }
        return word
    }

    private static func readPlacement(_ body: inout ObjectReader, _ faults: inout FaultList)
        -> PlacementHints?
    {
        guard var object = body.object("placement", &faults) else { return nil }
        var result = PlacementHints()
        result.affinity = readSelector("affinity", &object, &faults)
        result.antiAffinity = readSelector("anti_affinity", &object, &faults)
        result.spread = object.bool("spread", &faults) ?? false
        result.maxPerNode = object.integer("max_per_node", in: 1...Int64(SpecLimits.replicas), &faults).map {
            Int($0)
        }
        object.finish(&faults)
        return result == PlacementHints() ? nil : result
    }

    private static func readSelector(
        _ key: String, _ object: inout ObjectReader, _ faults: inout FaultList
    ) -> PlacementHints.Selector? {
        guard var selector = object.object(key, &faults) else { return nil }
        var result = PlacementHints.Selector()
        for (index, text) in (selector.strings("node_ids", &faults) ?? []).enumerated() {
            if let id = NodeID(text) {
                if !result.nodeIDs.contains(id) { result.nodeIDs.append(id) }
            } else {
                faults.add("\(selector.path(of: "node_ids"))[\(index)]", "'\(text)' is not a UUID")
            }
        }
        result.labels = readLabels("labels", &selector, &faults)
        selector.finish(&faults)
        return result == PlacementHints.Selector() ? nil : result
    }
}
