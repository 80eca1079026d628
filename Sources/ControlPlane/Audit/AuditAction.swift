import JSON
import Model

/// What the audit log calls an operation, and what kind of thing it is done to.
struct AuditAction: Hashable, Sendable {
    let action: String
    let resourceType: String
    /// Whether it may go on where its entry cannot be written, because it changes nothing and starts nothing.
    var onlyReads: Bool { action == "deployment.logs" }
    /// Whether requests are counted together, as a page may be made of a hundred of them.
    var isCounted: Bool { self == Self.relay }

    /// A request that is passed on to a program on a node, whatever its method.
    static let relay = AuditAction("node.relay", "node")
    /// Whether it may have had its effect outside the database by the time its answer is known.
    var actsOutside: Bool { action == "deployment.exec" || action == "deployment.port_forward" }

    /// The name of a route that changes something or reaches into a container; nil for one that only reads.
    ///
    /// Names that follow from the path need no line here: `POST /api/v1/configs` is `config.create`,
    /// `POST /api/v1/nodes/{id}/drain` is `node.drain`.
    init?(_ route: APIRoute) {
        if case .operators(.relayUse) = route.access {
            self = Self.relay
            return
        }
        let named = Self.named[Self.name(of: route)]
        guard named != nil || (route.method != .get && route.method != .head) else { return nil }
        switch route.access {
        case .operators, .registration: break
        case .open, .node, .tunnel, .metrics: return nil
        }
        if let named {
            self = named
        } else {
            self.init(method: route.method, pattern: route.pattern)
        }
    }

    private init(_ action: String, _ resourceType: String) {
        self.action = action
        self.resourceType = resourceType
    }

    /// `POST /api/v1/apply`.
    static func name(of route: APIRoute) -> String { "\(route.method.name) \(route.pattern)" }

    /// Routes whose names do not follow from their paths.
    static let named: [String: AuditAction] = [
        "POST /api/v1/nodes/register": AuditAction("node.register", "node"),
        "POST /api/v1/nodes/{id}/tokens": AuditAction("node.token.rotate", "node"),
        "DELETE /api/v1/nodes/{id}/tokens/{token_id}": AuditAction("node.token.revoke", "node"),
        "POST /api/v1/operator-tokens": AuditAction("operator_token.create", "operator_token"),
        "DELETE /api/v1/operator-tokens/{id}": AuditAction("operator_token.revoke", "operator_token"),
        "DELETE /api/v1/registration-tokens/{id}": AuditAction(
            "registration_token.revoke", "registration_token"),
        "GET /api/v1/deployments/{id}/logs": AuditAction("deployment.logs", "deployment"),
        "GET /api/v1/deployments/{id}/port-forward": AuditAction("deployment.port_forward", "deployment"),
        "POST /api/v1/deployments/{id}/rollback": AuditAction("deployment.roll_back", "deployment"),
        "POST /api/v1/cluster/confirm": AuditAction("cluster.confirm", "cluster"),
        "POST /api/v1/reachability/resume": AuditAction("cluster.brake_release", "cluster"),
        "POST /api/v1/backup": AuditAction("cluster.backup", "cluster"),
        "POST /api/v1/apply": AuditAction("cluster.apply", "cluster"),
        "POST /api/v1/configs/{id}/deployments/{deployment_id}": AuditAction(
            "config.attach.deployment", "config"),
        "DELETE /api/v1/configs/{id}/deployments/{deployment_id}": AuditAction(
            "config.detach.deployment", "config"),
        "POST /api/v1/configs/{id}/nodes/{node_id}": AuditAction("config.attach.node", "config"),
        "DELETE /api/v1/configs/{id}/nodes/{node_id}": AuditAction("config.detach.node", "config"),
    ]

    private init(method: HTTPMethod, pattern: String) {
        let segments = pattern.split(separator: "/" as Character).map(String.init)
            .drop { $0 == "api" || $0 == "v1" }
        let words = segments.filter { $0.first != "{" }.map(Self.word)
        let type = Self.singular(words.first ?? "cluster")
        guard words.count > 1 else {
            self.init("\(type).\(Self.verb(method))", type)
            return
        }
        // The last word is a command when it follows a parameter and stands last: /deployments/{id}/restart.
        let isCommand = segments.last?.first != "{" && method == .post
        let inner = words.dropFirst().map(Self.singular).joined(separator: ".")
        self.init(isCommand ? "\(type).\(inner)" : "\(type).\(inner).\(Self.verb(method))", type)
    }

    private static func verb(_ method: HTTPMethod) -> String {
        switch method {
        case .post: "create"
        case .delete: "delete"
        default: "update"
        }
    }

    private static func word(_ segment: String) -> String {
        String(decoding: segment.utf8.map { $0 == UInt8(ascii: "-") ? UInt8(ascii: "_") : $0 }, as: UTF8.self)
    }

    private static func singular(_ word: String) -> String {
        word.hasSuffix("s") && !word.hasSuffix("ss") ? String(word.dropLast()) : word
    }
}

extension AuditAction {
    /// A patch that only starts or stops a deployment is named after that.
    func naming(wantedBy body: [UInt8]) -> AuditAction? {
        guard let node = try? JSONNode.parse(body) else { return nil }
        switch node["desired_state"]?.stringValue {
        case "running": return AuditAction("deployment.start", resourceType)
        case "stopped": return AuditAction("deployment.stop", resourceType)
        default: return nil
        }
    }
}
