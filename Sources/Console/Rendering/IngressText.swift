import Model

/// Ingress routes for people.
enum IngressText {
    static func list(_ page: Page<IngressRouteView>, now: Timestamp, width: Int? = nil) -> String {
        var table = Table(["HOST", "PATH", "DEPLOYMENT", "PORT", "TLS", "AGE", "CONDITIONS", "ID"])
        for route in page.items {
            table.add([
                route.host.isEmpty ? "*" : route.host, route.pathPrefix,
                route.deployment ?? "\(route.deploymentID)", "\(route.containerPort)", Words.text(route.tls),
                Words.age(route.createdAt, now: now),
                Words.text(route.conditions.map(\.type).joined(separator: ",")), "\(route.routeID)",
            ])
        }
        return table.text(width: width, Table.Fit(dropping: ["AGE", "CONDITIONS"]))
            + DeploymentText.more(page)
    }

    static func detail(_ route: IngressRouteView, now: Timestamp) -> String {
        var text = "route_id: \(route.routeID)\nhost: \(route.host.isEmpty ? "*" : route.host)\n"
        text += "path: \(route.pathPrefix)\ndeployment: \(route.deployment ?? "\(route.deploymentID)")\n"
        text += "port: \(route.containerPort)\ntls: \(Words.text(route.tls))\n"
        text += "changed: \(Words.age(route.updatedAt, now: now))\n"
        for condition in route.conditions { text += "! \(condition.type): \(condition.message)\n" }
        return text
    }

    /// What it is known by.
    static func name(_ route: IngressRouteView) -> String {
        AppliedDeclaration.routeName(host: route.host, path: route.pathPrefix)
    }
}
