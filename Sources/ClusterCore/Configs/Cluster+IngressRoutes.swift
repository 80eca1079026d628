public import Model

extension Cluster {
    /// Declares a way to a deployment; one host and path has one way.
    mutating func putIngressRoute(
        _ payload: PutIngressRoute, _ change: inout ChangeSet, _ ids: inout some IDSource
    ) throws(Rejection) -> Reply {
        let declared = payload.declaration
        let deployment = try liveDeployment(declared.deploymentID, expecting: nil)
        guard deployment.spec.listens(on: declared.containerPort) else {
            let message = "deployment \(deployment.spec.name) declares no TCP port \(declared.containerPort)"
            throw Rejection(.invalid, message, faults: [.init(field: "container_port", message: message)])
        }
        let rival = tables.configs.routes.values.first {
            $0.id != payload.id && $0.declaration.host == declared.host
                && $0.declaration.pathPrefix == declared.pathPrefix
        }
        if let rival {
            let message = "route \(rival.id) has the same host and path"
            throw Rejection(.nameTaken, message, faults: [.init(field: "path_prefix", message: message)])
        }
        let now = change.now.wall
        var row: IngressRouteRow
        if let id = payload.id {
            row = try ingressRoute(id, expecting: payload.expectedVersion)
            guard row.declaration != declared else { return .ingressRoute(id) }
            row.declaration = declared
            row.version += 1
            row.updatedAt = now
        } else {
            row = IngressRouteRow(
                id: ids.nextIdentifier(), declaration: declared, createdAt: now, updatedAt: now)
        }
        put(.ingressRoute(row), &change)
        change.events.append(.ingressRouteChanged(row.id, .written))
        return .ingressRoute(row.id)
    }

    /// Deletes a way to a deployment.
    mutating func deleteIngressRoute(
        _ payload: DeleteIngressRoute, _ change: inout ChangeSet
    ) throws(Rejection) -> Reply {
        let row = try ingressRoute(payload.id, expecting: payload.expectedVersion)
        delete(.ingressRoute(row.id), &change)
        change.events.append(.ingressRouteChanged(row.id, .deleted))
        return .done
    }

    private func ingressRoute(
        _ id: IngressRouteID, expecting version: UInt64?
    ) throws(Rejection) -> IngressRouteRow {
        guard let row = tables.configs.routes[id] else {
            throw Rejection(.notFound, "there is no ingress route \(id)")
        }
        if let version, version != row.version {
            throw Rejection(
                .staleGeneration, "the route has version \(row.version), the change was made from \(version)")
        }
        return row
    }
}

extension DeploymentSpec {
    /// Whether its containers are declared to take TCP connections on a port.
    public func listens(on port: UInt16) -> Bool {
        ports.contains { $0.containerPort == port && $0.transport == .tcp }
    }
}
