import JSON

extension DeploymentSpecReader {
    static func readSecretVariables(
        _ body: inout ObjectReader, _ faults: inout FaultList
    ) -> [SecretVariable] {
        var names: Set<String> = []
        return (body.array("secret_env", &faults) ?? []).map { item in
            var object = ObjectReader(item.node, path: item.path, faults: &faults)
            let name = needed("name", &object, &faults)
            if let fault = variableFault(name) { faults.add(object.path(of: "name"), fault) }
            if !name.isEmpty, !names.insert(name).inserted {
                faults.add(object.path(of: "name"), "'\(name)' is declared twice")
            }
            let variable = SecretVariable(
                name: name, secret: readSecretName(&object, &faults),
                optional: object.bool("optional", &faults) ?? false)
            object.finish(&faults)
            return variable
        }
    }

    static func readSecretFiles(_ body: inout ObjectReader, _ faults: inout FaultList) -> [SecretFile] {
        (body.array("secret_files", &faults) ?? []).map { item in
            var object = ObjectReader(item.node, path: item.path, faults: &faults)
            let file = SecretFile(
                path: readPath("path", &object, &faults) ?? "/", secret: readSecretName(&object, &faults),
                optional: object.bool("optional", &faults) ?? false)
            object.finish(&faults)
            return file
        }
    }

    /// Why a text cannot be a secret's name, or nil when it can: it is part of a file's path on the node.
    public static func secretNameFault(_ name: String) -> String? {
        let isPlain = name.utf8.allSatisfy {
            $0 > 0x20 && $0 != 0x7F && $0 != UInt8(ascii: "/") && $0 != UInt8(ascii: "\\")
        }
        guard !name.isEmpty, name.utf8.count <= SpecLimits.secretNameBytes, isPlain, name != ".", name != ".."
        else {
            return "must be 1 to \(SpecLimits.secretNameBytes) bytes without blanks, '/' and '\\'"
        }
        return nil
    }

    private static func readSecretName(_ object: inout ObjectReader, _ faults: inout FaultList) -> String {
        let name = needed("secret", &object, &faults)
        if !name.isEmpty, let fault = secretNameFault(name) { faults.add(object.path(of: "secret"), fault) }
        return name
    }

    private static func variableFault(_ name: String) -> String? {
        let isPlain = name.utf8.allSatisfy { $0 > 0x20 && $0 != 0x7F && $0 != UInt8(ascii: "=") }
        return name.utf8.count <= SpecLimits.fieldBytes && isPlain
            ? nil : "must be at most \(SpecLimits.fieldBytes) bytes without blanks and '='"
    }

    /// The text of a key that must be there and not be empty.
    static func needed(_ key: String, _ object: inout ObjectReader, _ faults: inout FaultList) -> String {
        let before = faults.faults.count
        let text = object.string(key, &faults) ?? ""
        if text.isEmpty, faults.faults.count == before { faults.add(object.path(of: key), "is required") }
        return text
    }

    /// The absolute path of a key that must be there.
    static func readPath(_ key: String, _ object: inout ObjectReader, _ faults: inout FaultList) -> String? {
        let path = SettingsValues.trimmed(needed(key, &object, &faults))
        guard !path.isEmpty else { return nil }
        if let fault = PathRules.fault(path) {
            faults.add(object.path(of: key), fault)
            return nil
        }
        return PathRules.normalized(path)
    }
}
