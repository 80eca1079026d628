import ClusterCore
import Model

/// Between an ingress route as it is stored and as operators write and see it.
enum IngressRouteViews {
    static func view(_ row: IngressRouteRow, in cluster: Cluster) -> IngressRouteView {
        let declared = row.declaration
        let deployment = cluster.deploymentRow(declared.deploymentID)
        return IngressRouteView(
            routeID: row.id, host: declared.host, pathPrefix: declared.pathPrefix,
            deploymentID: declared.deploymentID, deployment: deployment?.spec.name,
            containerPort: declared.containerPort, tls: declared.tls,
            conditions: conditions(declared, deployment), version: row.version, createdAt: row.createdAt,
            updatedAt: row.updatedAt)
    }

    /// The complete declaration: what is not said is as it was.
    static func declaration(
        _ said: IngressRouteDeclaration, former: IngressRouteRow.Declaration?, in cluster: Cluster
    ) throws(Refusal) -> IngressRouteRow.Declaration {
        var deploymentID = former?.deploymentID
        if let reference = said.deployment {
            deploymentID =
                DeploymentID(reference).flatMap { cluster.deploymentRow($0)?.id }
                ?? cluster.deploymentID(named: reference)
        }
        guard let deploymentID else {
            var faults = FaultList()
            faults.add("deployment", "there is no deployment '\((said.deployment ?? "").prefix(80))'")
            throw .invalid(faults)
        }
        return IngressRouteRow.Declaration(
            host: said.host ?? former?.host ?? "",
            pathPrefix: said.pathPrefix ?? former?.pathPrefix ?? IngressRouteReader.everyPath,
            deploymentID: deploymentID, containerPort: said.containerPort ?? former?.containerPort ?? 0,
            tls: said.tls.name(former: former?.tls))
    }

    private static func conditions(
        _ declared: IngressRouteRow.Declaration, _ deployment: DeploymentRow?
    ) -> [Condition] {
        var conditions: [Condition] = []
        if let deployment {
            if !deployment.spec.listens(on: declared.containerPort) {
                conditions.append(
                    Condition(
                        type: "port_not_declared",
                        message: "the deployment no longer declares TCP port \(declared.containerPort); "
                            + "declare it, or change the route"))
            }
        } else {
            conditions.append(
                Condition(
                    type: "deployment_deleted",
                    message: "the deployment is gone; give the route another one, or delete it"))
        }
        if let name = declared.tls {
            conditions.append(
                Condition(
                    type: "certificate_missing",
                    message: "there is no certificate '\(name)'; this version keeps none yet"))
        }
        conditions.append(
            Condition(
                type: "gateway_unavailable",
                message: "this version has no gateway yet; the route is kept and serves nothing"))
        return conditions
    }
}

extension IngressRouteDeclaration.TLS {
    /// The certificate's name, with what is not said as it was.
    func name(former: String?) -> String? {
        switch self {
        case .unsaid: former
        case .off: nil
        case .certificate(let name): name
        }
    }
}
