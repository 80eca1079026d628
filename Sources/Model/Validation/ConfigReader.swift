public import JSON

/// Reads a config from a body and tells every fault at once (reference rules, REST contract "Config files").
public enum ConfigReader {
    /// The declaration, or nil with at least one fault added.
    ///
    /// `attaches` also takes the lists of what it is attached to, as an applied item has them.
    public static func read(
        _ node: JSONNode, path: String = "", needsName: Bool, attaches: Bool = false, faults: inout FaultList
    ) -> ConfigDeclaration? {
        let before = faults.faults.count
        var body = ObjectReader(node, path: path, faults: &faults)
        var declaration = ConfigDeclaration()
        declaration.name = readName(&body, isNeeded: needsName, &faults)
        declaration.version = body.integer("version", in: 1...Int64.max, &faults).map { UInt64($0) }
        if body.value("labels") != nil {
            declaration.labels = DeploymentSpecReader.readLabels("labels", &body, &faults)
        }
        declaration.entries = readEntries(&body, &faults)
        declaration.files = readFiles(&body, &faults)
        if attaches {
            declaration.deployments = body.strings("attached_deployments", &faults)
            declaration.nodes = body.strings("attached_nodes", &faults)
        }
        body.finish(&faults)
        return faults.faults.count == before ? declaration : nil
    }

    /// Why a text is not the name of a new config, or nil when it is one.
    ///
    /// Configs that were named under wider rules keep their names.
    public static func nameFault(_ name: String) -> FieldFault? {
        TextRules.nameFault(name).map { FieldFault(field: "name", message: $0) }
    }

    private static func readName(
        _ body: inout ObjectReader, isNeeded: Bool, _ faults: inout FaultList
    ) -> String? {
        guard let name = body.string("name", &faults) else {
            if isNeeded { faults.add(body.path(of: "name"), "is required") }
            return nil
        }
        if let fault = textFault(name, bytes: ConfigLimits.nameBytes) {
            faults.add(body.path(of: "name"), fault)
        } else if UUIDValue(name) != nil || name.utf8.contains(UInt8(ascii: "/")) {
            faults.add(body.path(of: "name"), "must not look like an id or contain '/'")
        }
        return name
    }

    private static func readEntries(
        _ body: inout ObjectReader, _ faults: inout FaultList
    ) -> [ConfigDeclaration.Entry]? {
        guard let items = body.array("entries", &faults) else { return nil }
        var seen: Set<String> = []
        return items.compactMap { item in
            var object = ObjectReader(item.node, path: item.path, faults: &faults)
            let key = readKey(&object, &seen, &faults)
            let source = readSource(&object, &faults)
            object.finish(&faults)
            guard let key, let source else { return nil }
            return ConfigDeclaration.Entry(key: key, source: source, path: item.path)
        }
    }

    private static func readKey(
        _ object: inout ObjectReader, _ seen: inout Set<String>, _ faults: inout FaultList
    ) -> String? {
        let path = object.path(of: "key")
        guard let key = object.string("key", &faults) else {
            faults.add(path, "is required")
            return nil
        }
        if let fault = textFault(key, bytes: ConfigLimits.keyBytes) {
            faults.add(path, fault)
        } else if key.utf8.contains(UInt8(ascii: "=")) {
            faults.add(path, "must not contain '='")
        }
        if !seen.insert(key.lowercased()).inserted { faults.add(path, "stands twice (case does not count)") }
        return key
    }

    private static func readSource(
        _ object: inout ObjectReader, _ faults: inout FaultList
    ) -> ConfigDeclaration.Source? {
        var sources: [ConfigDeclaration.Source] = []
        if let value = object.string("value", &faults) {
            valueFault(value).map { faults.add(object.path(of: "value"), $0) }
            sources.append(.value(value))
        }
        if let name = object.string("secret_ref", &faults) {
            SecretName.fault(name).map { faults.add(object.path(of: "secret_ref"), $0) }
            sources.append(.secretReference(name))
        }
        if let value = object.string("secret_value", &faults) {
            valueFault(value).map { faults.add(object.path(of: "secret_value"), $0) }
            sources.append(.secretValue(Redacted(value)))
        }
        if object.bool("secret", &faults) == true { sources.append(.kept) }
        guard sources.count == 1 else {
            faults.add(
                object.path,
                "exactly one of value, secret_ref, secret_value and secret (true keeps what is stored) is expected"
            )
            return nil
        }
        return sources[0]
    }

    /// Blank values are refused, and what no variable can hold.
    private static func valueFault(_ value: String) -> String? {
        guard value.utf8.count <= ConfigLimits.valueBytes else {
            return "must be at most \(ConfigLimits.valueBytes) bytes"
        }
        guard value.utf8.contains(where: { $0 > 0x20 }) else { return "must not be blank" }
        return value.utf8.contains(0) ? "must not contain NUL characters" : nil
    }

    static func textFault(_ text: String, bytes: Int) -> String? {
        let isPlain = text.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7F }
        guard text.utf8.count <= bytes, isPlain, text.utf8.contains(where: { $0 > 0x20 }) else {
            return "must be 1 to \(bytes) bytes, not blank, without control characters"
        }
        return nil
    }
}
