public import JSON

/// Reads an ingress route from a body and tells every fault at once.
public enum IngressRouteReader {
    /// The path of routes that say none: every request.
    public static let everyPath = "/"

    /// The declaration, or nil with at least one fault added.
    ///
    /// A first one needs a deployment and a port; a later one may leave out what stays.
    public static func read(
        _ node: JSONNode, path: String = "", isFirst: Bool, faults: inout FaultList
    ) -> IngressRouteDeclaration? {
        let before = faults.faults.count
        var body = ObjectReader(node, path: path, faults: &faults)
        var declaration = IngressRouteDeclaration()
        declaration.host = body.string("host", &faults)?.lowercased()
        if let host = declaration.host, !host.isEmpty, let fault = hostFault(host) {
            faults.add(body.path(of: "host"), fault)
        }
        declaration.pathPrefix = body.string("path_prefix", &faults)
        if let fault = declaration.pathPrefix.flatMap(pathFault) {
            faults.add(body.path(of: "path_prefix"), fault)
        }
        declaration.deployment = body.string("deployment", &faults)
        declaration.containerPort = body.integer("container_port", in: 1...65535, &faults)
            .map { UInt16($0) }
        readTLS(node, &body, &declaration, &faults)
        body.finish(&faults)
        if isFirst { require(declaration, body, before, &faults) }
        return faults.faults.count == before ? declaration : nil
    }

    /// A key of a wrong type was told already.
    private static func require(
        _ declaration: IngressRouteDeclaration, _ body: ObjectReader, _ before: Int, _ faults: inout FaultList
    ) {
        let told = Set(faults.faults[before...].map(\.field))
        for (key, isSaid) in [
            ("deployment", declaration.deployment != nil),
            ("container_port", declaration.containerPort != nil),
        ] where !isSaid && !told.contains(body.path(of: key)) {
            faults.add(body.path(of: key), "is required")
        }
    }

    /// Null takes TLS away.
    private static func readTLS(
        _ node: JSONNode, _ body: inout ObjectReader, _ declaration: inout IngressRouteDeclaration,
        _ faults: inout FaultList
    ) {
        if node["tls"]?.isNull == true { declaration.tls = .off }
        guard let name = body.string("tls", &faults) else { return }
        if let fault = TextRules.labelFault(name) { faults.add(body.path(of: "tls"), fault) }
        declaration.tls = .certificate(name)
    }

    /// A host name, or `*.` before one for every name below it.
    private static func hostFault(_ host: String) -> String? {
        let name = host.hasPrefix("*.") ? host.dropFirst(2) : Substring(host)
        let labels: [Substring] = name.split(separator: "." as Character, omittingEmptySubsequences: false)
        guard host.utf8.count <= SpecLimits.fieldBytes, labels.allSatisfy(isHostLabel) else {
            return
                "a host name such as app.example.com or *.example.com is expected; leave it out for every host"
        }
        return nil
    }

    private static func isHostLabel(_ label: Substring) -> Bool {
        let bytes = label.utf8
        guard (1...SpecLimits.nameBytes).contains(bytes.count), bytes.first != UInt8(ascii: "-"),
            bytes.last != UInt8(ascii: "-")
        else { return false }
        return bytes.allSatisfy {
            (0x61...0x7A).contains($0) || (0x30...0x39).contains($0) || $0 == UInt8(ascii: "-")
        }
    }

    private static func pathFault(_ path: String) -> String? {
        let isPlain = path.utf8.allSatisfy {
            $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: "?") && $0 != UInt8(ascii: "#")
        }
        guard path.hasPrefix("/"), path.utf8.count <= ConfigLimits.pathBytes, isPlain else {
            return
                "a path that begins with '/' is expected, at most \(ConfigLimits.pathBytes) visible characters, without '?' and '#'"
        }
        return nil
    }
}
