import HTTPServer
import JSON
import Model

/// The OpenAPI 3.1 document of the routes that are mounted.
enum OpenAPIDocument {
    /// Every operation that is described.
    static let operations =
        APIOperation.deployments + APIOperation.nodes + APIOperation.agents + APIOperation.cluster
        + APIOperation.tunnel + APIOperation.system + APIOperation.tokens + APIOperation.history
        + APIOperation.usage + APIOperation.authority + APIOperation.configs
        + APIOperation.registryCredentials
        + APIOperation.ingressRoutes + APIOperation.apply

    /// Every schema that has a name.
    static let components =
        JSONSchema.commonComponents + JSONSchema.deploymentComponents + JSONSchema.nodeComponents
        + JSONSchema.agentComponents + JSONSchema.clusterComponents + JSONSchema.accessComponents
        + JSONSchema.usageComponents + JSONSchema.configComponents + JSONSchema.registryCredentialComponents
        + JSONSchema.ingressRouteComponents + JSONSchema.applyComponents

    /// The description of a route.
    static func operation(_ method: HTTPMethod, _ pattern: String) -> APIOperation? {
        operations.first { $0.method == method && $0.pattern == pattern }
    }

    static func node(_ routes: [APIRoute]) -> JSONNode {
        var paths: [JSONMember] = []
        for route in routes {
            guard let operation = operation(route.method, route.pattern) else { continue }
            let member = JSONMember(
                key: route.method.name.lowercased(), value: OperationRendering.node(operation, route))
            let path = documented(route.pattern)
            if let index = paths.firstIndex(where: { $0.key == path }) {
                paths[index].value = .object((paths[index].value.objectValue ?? []) + [member])
            } else {
                paths.append(JSONMember(key: path, value: .object([member])))
            }
        }
        paths.sort { $0.key < $1.key }
        let schemas = components.sorted { $0.name < $1.name }
            .map { JSONMember(key: $0.name, value: $0.schema.node) }
        return .object([
            "openapi": "3.1.0",
            "info": .object([
                "title": "fledx control plane", "version": .string(Version.current),
                "description": "Errors have one body. Every answer carries x-request-id.",
            ]),
            "servers": .array([.object(["url": "/"])]),
            "paths": .object(paths),
            "components": .object([
                "schemas": .object(schemas), "securitySchemes": OperationRendering.securitySchemes,
            ]),
        ])
    }

    /// `{path...}` takes several segments, which the document writes as one parameter.
    static func documented(_ pattern: String) -> String {
        String(
            decoding: pattern.utf8.filter { $0 != UInt8(ascii: ".") || !pattern.hasSuffix("...}") },
            as: UTF8.self)
    }
}
