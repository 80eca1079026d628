import Model

extension JSONSchema {
    private static let hostName = text("app.example.com", bytes: 0...SpecLimits.fieldBytes)
    private static let pathPrefix = text("/", pattern: "^/", bytes: 1...ConfigLimits.pathBytes)
    private static let certificate = text("app-example-com", bytes: 1...SpecLimits.fieldBytes)
    private static let containerPort = whole(1...65535, 80)

    static let ingressRouteDeclaration = Component("IngressRouteDeclaration", declared(isFirst: true))
    static let ingressRouteChange = Component("IngressRouteChange", declared(isFirst: false))

    private static func declared(isFirst: Bool) -> JSONSchema {
        let needed: [Field] = [
            .must("deployment", text("web"), "Its id or name."),
            .must("container_port", containerPort, "A TCP port that the deployment declares."),
        ]
        return object(
            (isFirst ? needed : needed.map(\.optional)) + [
                .may("host", hostName, "Also `*.example.com`; every host when left out or empty."),
                .may("path_prefix", pathPrefix), .may("tls", certificate.orNull, "The certificate's name."),
            ])
    }

    static let ingressRoute = Component(
        "IngressRoute",
        object([
            .must("route_id", id), .must("host", hostName), .must("path_prefix", pathPrefix),
            .must("deployment_id", id), .may("deployment", name), .must("container_port", containerPort),
            .may("tls", certificate), .must("conditions", .list(.named(condition))),
            .must("version", whole(1...Int64.max, 1)), .must("created_at", time), .must("updated_at", time),
        ]))

    static let ingressRouteComponents = [ingressRouteDeclaration, ingressRouteChange, ingressRoute]
}
