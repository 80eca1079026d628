public import JSON

/// Reads `{"items": [{"kind": "deployment", …}, …]}` and tells every fault of every item at once.
public enum ApplyReader {
    /// The declarations in their order; nil with at least one fault added.
    public static func read(_ node: JSONNode, faults: inout FaultList) -> [AppliedDeclaration]? {
        let before = faults.faults.count
        var document = ObjectReader(node, path: "", faults: &faults)
        let items = document.array("items", &faults)
        document.finish(&faults)
        if faults.faults.count == before, items?.isEmpty ?? true {
            faults.add("items", "at least one item is expected")
        }
        let declarations = (items ?? []).compactMap { item in
            var own = FaultList()
            let body = read(item.node, &own)
            faults.add(own, under: item.path)
            return body.map { AppliedDeclaration(body: $0, path: item.path) }
        }
        refuseRepetitions(declarations, &faults)
        return faults.faults.count == before ? declarations : nil
    }

    private static func read(_ node: JSONNode, _ faults: inout FaultList) -> AppliedDeclaration.Body? {
        guard let members = node.objectValue else {
            faults.add("", "an object is expected")
            return nil
        }
        var head = ObjectReader(node, path: "", faults: &faults)
        let kind: AppliedDeclaration.Kind? = head.choice("kind", &faults)
        guard let kind else {
            let words = AppliedDeclaration.Kind.allCases.map(\.rawValue).joined(separator: ", ")
            if faults.isEmpty { faults.add("kind", "is required; one of \(words) is expected") }
            return nil
        }
        let body = JSONNode(.object(members.filter { $0.key != "kind" }), offset: node.offset)
        return read(kind, body, &faults)
    }

    private static func read(
        _ kind: AppliedDeclaration.Kind, _ node: JSONNode, _ faults: inout FaultList
    ) -> AppliedDeclaration.Body? {
        switch kind {
        case .deployment: return DeploymentSpecReader.read(node, faults: &faults).map { .deployment($0) }
        case .config:
            return ConfigReader.read(node, needsName: true, attaches: true, faults: &faults)
                .map { .config($0) }
        case .registryCredential:
            let login = RegistryCredentialReader.read(node, isFirst: false, faults: &faults)
            guard let login else { return nil }
            if login.host == nil { faults.add("host", "is required") }
            if login.username == nil { faults.add("username", "is required") }
            return .registryCredential(login)
        case .ingressRoute:
            return IngressRouteReader.read(node, isFirst: true, faults: &faults).map { .ingressRoute($0) }
        }
    }

    private static func refuseRepetitions(_ items: [AppliedDeclaration], _ faults: inout FaultList) {
        var seen: [String: String] = [:]
        for item in items {
            let key = "\(item.kind.rawValue)/\(item.name)"
            if let first = seen[key] {
                faults.add(item.path, "\(key) is declared twice, first in \(first)")
            } else {
                seen[key] = item.path
            }
        }
    }
}
