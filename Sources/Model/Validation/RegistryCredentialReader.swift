public import JSON

/// Reads a login at a registry from a body and tells every fault at once.
public enum RegistryCredentialReader {
    /// The declaration, or nil with at least one fault added.
    ///
    /// A first one needs all but a name; a later one may leave out what stays.
    public static func read(
        _ node: JSONNode, path: String = "", isFirst: Bool, faults: inout FaultList
    ) -> RegistryCredentialDeclaration? {
        let before = faults.faults.count
        var body = ObjectReader(node, path: path, faults: &faults)
        var declaration = RegistryCredentialDeclaration()
        declaration.host = read("host", isFirst, RegistryHost.fault, &body, &faults)
            .map(RegistryHost.canonical)
        declaration.name = read("name", false, nameFault, &body, &faults)
        declaration.username = read("username", isFirst, usernameFault, &body, &faults)
        declaration.password = read("password", isFirst, passwordFault, &body, &faults).map { Redacted($0) }
        body.finish(&faults)
        return faults.faults.count == before ? declaration : nil
    }

    private static func read(
        _ key: String, _ isNeeded: Bool, _ fault: (String) -> String?, _ body: inout ObjectReader,
        _ faults: inout FaultList
    ) -> String? {
        let count = faults.faults.count
        guard let text = body.string(key, &faults) else {
            if isNeeded, faults.faults.count == count { faults.add(body.path(of: key), "is required") }
            return nil
        }
        fault(text).map { faults.add(body.path(of: key), $0) }
        return text
    }

    /// What `pull.credential` can name.
    private static func nameFault(_ name: String) -> String? {
        if let fault = TextRules.labelFault(name) { return fault }
        guard UUIDValue(name) == nil, !name.utf8.contains(UInt8(ascii: "/")) else {
            return "must not look like an id or contain '/'"
        }
        return nil
    }

    /// A colon would end the name where logins are written as one text.
    private static func usernameFault(_ name: String) -> String? {
        if let fault = ConfigReader.textFault(name, bytes: SpecLimits.fieldBytes) { return fault }
        return name.utf8.contains(UInt8(ascii: ":")) ? "must not contain ':'" : nil
    }

    private static func passwordFault(_ password: String) -> String? {
        let bytes = password.utf8
        guard (1...ConfigLimits.passwordBytes).contains(bytes.count), !bytes.contains(0) else {
            return "must be 1 to \(ConfigLimits.passwordBytes) bytes without NUL characters"
        }
        return nil
    }
}
