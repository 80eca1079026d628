import ClusterCore
import JSON
import Model

/// What declarations look like when they are compared: as operators write them, sealed values as such.
enum ApplyPortrait {
    private static let sealed = JSONNode.string("<sealed>")
    private static let sealedAnew = JSONNode.string("<sealed anew>")
    static let nothing = JSONNode.object([JSONMember]())

    static func of(_ spec: DeploymentSpec) throws(Refusal) -> JSONNode { try tree(spec) }

    /// A config; `former` tells which sealed values are others than before.
    static func of(
        _ content: ConfigContent, labels: [String: String], deployments: [String]?, nodes: [String]?,
        former: ConfigContent?
    ) throws(Refusal) -> JSONNode {
        var members = (try tree(content.shown)).objectValue ?? []
        for index in members.indices where members[index].key == "entries" {
            members[index].value = .array(entries(content, former))
        }
        members.append(JSONMember(key: "labels", value: try tree(labels)))
        for (key, names) in [("attached_deployments", deployments), ("attached_nodes", nodes)] {
            if let names {
                members.append(JSONMember(key: key, value: .array(names.sorted().map { .string($0) })))
            }
        }
        return .object(members)
    }

    /// A login; `isNewPassword` tells that its password is another than before.
    static func ofLogin(host: String, username: String, isNewPassword: Bool) -> JSONNode {
        .object([
            "host": .string(host), "username": .string(username),
            "password": isNewPassword ? sealedAnew : sealed,
        ])
    }

    static func ofRoute(deployment: String, containerPort: UInt16, tls: String?) -> JSONNode {
        .object([
            "deployment": .string(deployment), "container_port": .integer(containerPort),
            "tls": tls.map { .string($0) } ?? .null,
        ])
    }

    private static func entries(_ content: ConfigContent, _ former: ConfigContent?) -> [JSONNode] {
        content.entries.map { entry in
            var members = [JSONMember(key: "key", value: .string(entry.key))]
            switch entry.source {
            case .value(let value): members.append(JSONMember(key: "value", value: .string(value)))
            case .secretReference(let name):
                members.append(JSONMember(key: "secret_ref", value: .string(name)))
            case .sealed, .secret:
                let isKept = former.map { $0.entries.contains(entry) } ?? true
                members.append(JSONMember(key: "secret_value", value: isKept ? sealed : sealedAnew))
            }
            return .object(members)
        }
    }

    private static func tree(_ value: some Encodable) throws(Refusal) -> JSONNode {
        do {
            return try JSONCoder.node(of: value)
        } catch {
            throw Refusal(.internalServerError, "internal_error", "a declaration could not be read")
        }
    }
}
